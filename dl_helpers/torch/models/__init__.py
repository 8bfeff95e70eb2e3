"""The networks of the course as torch modules, one idea a file. They are read as much as they are run.

Weights start as torch starts them, from its global generator: call torch.manual_seed first to repeat a run.
"""

from dl_helpers.torch.models.alexnet import *
from dl_helpers.torch.models.attention import *
from dl_helpers.torch.models.autoencoder import *
from dl_helpers.torch.models.character import *
from dl_helpers.torch.models.fcn import *
from dl_helpers.torch.models.gan import *
from dl_helpers.torch.models.gcn import *
from dl_helpers.torch.models.inception import *
from dl_helpers.torch.models.lenet import *
from dl_helpers.torch.models.resnet import *
from dl_helpers.torch.models.segnet import *
from dl_helpers.torch.models.transformer import *
from dl_helpers.torch.models.unet import *
from dl_helpers.torch.models.vae import *
from dl_helpers.torch.models.vgg import *
from dl_helpers.torch.models.vit import *
from dl_helpers.torch.models.xception import *

__all__ = [
    *alexnet.__all__, *attention.__all__, *autoencoder.__all__, *character.__all__, *fcn.__all__, *gan.__all__, *gcn.__all__,
    *inception.__all__, *lenet.__all__, *resnet.__all__, *segnet.__all__, *transformer.__all__, *unet.__all__, *vae.__all__,
    *vgg.__all__, *vit.__all__, *xception.__all__,
]
