"""Autoencoders, adversaries and graphs."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch.distributions import Normal, kl_divergence

from dl_helpers.torch import models


def test_a_linear_autoencoder_rebuilds_as_well_as_principal_components():
    x = load_digits().data[:200] / 16
    x -= x.mean(axis=0)
    pca = PCA(3).fit(x)
    best = np.square(x - pca.inverse_transform(pca.transform(x))).mean()
    model, x = models.Autoencoder((64,), code=3, widths=()), torch.from_numpy(x).float()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(400):
        optimizer.zero_grad()
        loss = (model(x) - x).square().mean()
        loss.backward()
        optimizer.step()
    assert best <= loss.item() < 1.02 * best


def test_the_kl_term_is_torchs():
    mean, log_variance = torch.randn(5, 3), torch.randn(5, 3)
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(models.kl_to_standard_normal(mean, log_variance), expected)


def test_the_elbo_of_a_decoder_that_ignores_its_code_is_the_log_likelihood():
    x = torch.tensor([[1.0, 0.0, 1.0]])
    loss, reconstruction, kl = models.elbo_loss(x, torch.zeros(1, 3), torch.zeros(1, 2), torch.zeros(1, 2))
    torch.testing.assert_close(loss, 3 * torch.tensor(2.0).log())
    assert kl == 0 and loss == reconstruction


def test_a_vae_draws_in_training_only_and_with_the_stated_moments():
    vae = models.VAE((2,), code=2, widths=())
    x = torch.rand(1, 2).expand(20_000, 2)
    vae.decoder = torch.nn.Identity()
    codes, mean, log_variance = vae(x, generator=torch.Generator().manual_seed(5))
    torch.testing.assert_close(codes.mean(dim=0), mean[0], rtol=0, atol=0.03)
    torch.testing.assert_close(codes.var(dim=0), log_variance[0].exp(), rtol=0.05, atol=0)
    codes, mean, _ = vae.eval()(x)
    assert torch.equal(codes, mean)


def test_a_vae_samples_pixels():
    samples = models.VAE((1, 4, 4)).sample(3, torch.Generator().manual_seed(1))
    assert samples.shape == (3, 1, 4, 4)
    assert samples.min() >= 0 and samples.max() <= 1


def test_each_player_of_a_gan_learns_from_its_own_loss():
    generator, discriminator = models.Generator((2,), noise=3), models.Discriminator((2,))
    fake = generator(torch.randn(4, 3))
    models.discriminator_loss(discriminator, torch.randn(4, 2), fake).backward()
    assert all(p.grad is None for p in generator.parameters())
    assert all(p.grad is not None for p in discriminator.parameters())
    models.generator_loss(discriminator, fake).backward()
    assert all(p.grad.any() for p in generator.parameters())


def test_the_losses_of_an_undecided_discriminator_are_log_4_and_log_2():
    def undecided(images):
        return torch.zeros(len(images))

    real = fake = torch.randn(4, 2)
    torch.testing.assert_close(models.discriminator_loss(undecided, real, fake), torch.tensor(4.0).log())
    torch.testing.assert_close(models.generator_loss(undecided, fake), torch.tensor(2.0).log())


def test_a_gan_learns_a_distribution():
    """The fakes start around 0 and come to circle around the mean of the real numbers, 0.5."""
    draw = torch.Generator().manual_seed(0)
    generator, discriminator = models.Generator((1,), noise=4, hidden=32), models.Discriminator((1,), hidden=32)
    g_step = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.9))
    d_step = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.9))
    means = []
    for _ in range(400):
        real = 0.5 + 0.2 * torch.randn(128, 1, generator=draw)
        fake = generator(torch.randn(128, 4, generator=draw))
        d_step.zero_grad()
        models.discriminator_loss(discriminator, real, fake).backward()
        d_step.step()
        g_step.zero_grad()
        models.generator_loss(discriminator, fake).backward()
        g_step.step()
        means.append(fake.mean().item())
    assert abs(np.mean(means[:5])) < 0.25
    assert abs(np.mean(means[-200:]) - 0.5) < 0.1
    assert 0.05 < fake.std() < 0.4


def a_graph(nodes=9):
    adjacency = (torch.rand(nodes, nodes, dtype=torch.float64) < 0.3).double().triu(1)
    return adjacency + adjacency.T


def test_the_normalized_adjacency_is_the_formula():
    a = a_graph()
    tilde = a + torch.eye(9)
    d = torch.diag(tilde.sum(dim=1) ** -0.5)
    torch.testing.assert_close(models.normalized_adjacency(a), d @ tilde @ d)


def test_renaming_the_nodes_renames_the_answers():
    a, x, order = a_graph(), torch.randn(9, 4, dtype=torch.float64), torch.randperm(9)
    model = models.GCN(4, 8, 3).double()
    out = model(x, models.normalized_adjacency(a))
    renamed = model(x[order], models.normalized_adjacency(a[order][:, order]))
    torch.testing.assert_close(renamed, out[order])


def test_two_layers_hear_two_hops_far():
    path = torch.diag(torch.ones(5, dtype=torch.float64), 1)
    spread = models.normalized_adjacency(path + path.T)
    x = torch.randn(6, 4, dtype=torch.float64)
    louder = x.clone()
    louder[0] += 1
    model = models.GCN(4, 16, 3).double()
    changed = (model(x, spread) - model(louder, spread)).abs().amax(dim=1) > 1e-12
    assert changed.tolist() == [True, True, True, False, False, False]


def test_a_sparse_adjacency_gives_the_same():
    a, x = a_graph(), torch.randn(9, 4, dtype=torch.float64)
    model, spread = models.GCN(4, 8, 3).double(), models.normalized_adjacency(a)
    torch.testing.assert_close(model(x, spread.to_sparse()), model(x, spread))
