"""The graders grade: wrong solutions are rejected and explained, right ones accepted, for every task of every unit."""

import pytest

from dl_helpers.check.course import load_unit
from dl_helpers.check.proof import prove_task
from dl_helpers.check.tasks import Quiz
from tests.exercises.units import every_task


@pytest.fixture(scope="module")
def proof_of():
    made = {}

    def proof(folder, name):
        if (folder, name) not in made:
            made[folder, name] = prove_task(load_unit(folder), name)
        return made[folder, name]

    return proof


@every_task
def test_the_reference_passes(folder, name, proof_of):
    assert not proof_of(folder, name).reference


@every_task
def test_every_misconception_is_rejected(folder, name, proof_of):
    assert not proof_of(folder, name).survivors


@every_task
def test_every_misconception_gets_its_own_sentence(folder, name, proof_of):
    assert not proof_of(folder, name).misnamed


@every_task
def test_every_alternative_is_accepted(folder, name, proof_of):
    assert not proof_of(folder, name).refused


@every_task
def test_every_mutant_is_rejected_or_explained(folder, name, proof_of):
    proof = proof_of(folder, name)
    assert not proof.living and not proof.dead


@every_task
def test_there_are_enough_of_both(folder, name):
    task = load_unit(folder).tasks[name]
    if isinstance(task, Quiz):
        assert task.wrong
    else:
        assert len(task.misconceptions) >= 6 and len(task.alternatives) >= 2
