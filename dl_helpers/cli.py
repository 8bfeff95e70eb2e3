"""The command dl-course: the instructor's work on the command line. Each command prints one line on an error."""

import os
import sys
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from dl_helpers.grading.errors import CourseError

app = typer.Typer(help="Release, grade and report the exercises of the course.", no_args_is_help=True,
                  pretty_exceptions_enable=False, add_completion=False)
out = Console()

Unit = Annotated[str, typer.Argument(help="the unit, for example 02_linear_regression or 02")]


def here():
    """The course of the working directory. (Imported here: nbgrader takes a second, `dl-course --help` should not.)"""
    from dl_helpers.grading.course import Course

    return Course.here()


def progress():
    """A progress bar with the time that is left, gone when it is done; none where the output goes to a file."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


def note(text):
    """A line of result, as it is: no markup, no wrapping of paths."""
    out.print(text, markup=False, highlight=False, soft_wrap=True)


@app.command()
def release(units: Annotated[list[str] | None, typer.Argument(help="which units; default: all")] = None):
    """Make release/ (for students) and solutions/ (the answer key) from exercises/."""
    from dl_helpers.grading import release as releasing

    course = here()
    names = [course.unit(name) for name in units] if units else course.units()
    with progress() as bar:
        for unit in bar.track(names, description="releasing"):
            releasing.release(course, unit)
    for unit in names:
        note(f"{unit}: {course.notebook('release', unit).relative_to(course.root)}")


@app.command()
def autograde(
    unit: Unit,
    student: Annotated[list[str] | None, typer.Option(help="grade this student only; may be repeated")] = None,
    force: Annotated[bool, typer.Option("--force", help="grade again what has been graded")] = False,
):
    """Grade the submissions of a unit."""
    from dl_helpers.grading.autograde import autograde as grade

    course = here()
    unit = course.unit(unit)
    students = course.students(unit, student or ())
    with progress() as bar:
        results = list(bar.track(grade(course, unit, students, force), total=len(students), description="grading"))
    show_grades(unit, results)
    if any(result.status == "failed" for result in results):
        raise typer.Exit(1)


def show_grades(unit, results):
    """A line for each student with something to say about, and the count of each outcome."""
    from dl_helpers.grading.report import remarks

    for result in results:
        points = "" if result.score is None else f" {result.score:g} of {result.max_score:g} points"
        said = "; ".join(remarks(result))
        note(f"{result.student}:{points}{' (' + said + ')' if said and points else ' ' + said if said else ''}")
    counts = Counter(result.status for result in results)
    note(f"{unit}: " + ", ".join(f"{count} {status}" for status, count in counts.items()))


@app.command()
def feedback(unit: Unit):
    """Write an HTML page of feedback for every graded submission."""
    from dl_helpers.grading.feedback import feedback as write
    from dl_helpers.grading.feedback import graded_students

    course = here()
    unit = course.unit(unit)
    total = len(graded_students(course, unit))
    with progress() as bar:
        pages = list(bar.track(write(course, unit), total=total, description="writing feedback"))
    for student, page, failure in pages:
        note(f"{student}: {failure or page.relative_to(course.root)}")
    if any(failure for *_, failure in pages):
        raise typer.Exit(1)


@app.command()
def report(unit: Unit):
    """Show the grades of a unit, and write a page with charts."""
    from dl_helpers.grading.report import make_report, terminal_tables

    course = here()
    data, page = make_report(course, course.unit(unit))
    out.print(*terminal_tables(data), sep="\n")
    note(f"page: {page.relative_to(course.root)}")


@app.command()
def export(to: Annotated[str, typer.Option(help="the file to write")] = "grades.csv"):
    """Write all grades to a CSV file."""
    from dl_helpers.grading.export import export as write

    path, count = write(here(), to)
    note(f"{path}: {count} rows")


@app.command()
def prove(unit: Unit):
    """Prove that the tests of a unit tell right from wrong, and list what they do not."""
    from dl_helpers.check import proof
    from dl_helpers.check.course import load_unit

    course = here()
    folder = course.folder("source", course.unit(unit))
    with progress() as bar:
        steps = bar.add_task("proving", total=len(load_unit(folder).tasks))

        def begin(task):
            bar.update(steps, advance=1, description=f"proving {task}")

        proofs = proof.prove(folder, progress=begin)
    out.print(proof.table(proofs))
    problems = [problem for found in proofs for problem in found.problems]
    for problem in problems:
        note(problem)
    if problems:
        raise typer.Exit(1)


@app.command()
def doctor():
    """Say what is installed, what is missing, and the command that mends it."""
    from rich.table import Table

    from dl_helpers.grading.doctor import examine

    marks = {"ok": "[green]✓[/]", "missing": "[red]✗[/]", "note": "[yellow]·[/]"}
    table = Table("", "what", "found", "mend with")
    findings = list(examine())
    for finding in findings:
        table.add_row(marks[finding.state], finding.what, finding.detail, finding.mend)
    out.print(table)
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context):
    """Open the course in JupyterLab; all options are passed on to it."""
    from dl_helpers.grading import lab as opening
    from dl_helpers.grading import release as releasing

    course = here()
    opening.check_port(context.args)
    outdated = [unit for unit in course.units() if not releasing.is_current(course, unit)]
    with progress() as bar:
        for unit in bar.track(outdated, description="building the release"):
            releasing.release(course, unit)
    course.api  # noqa: B018  (makes the exchange, which the assignment list wants)
    for unit in course.units():
        folder, new = opening.begin(course, unit)
        if new:
            note(f"your copy of the exercise: {folder.relative_to(course.root)}")
    command = opening.lab_command(course, context.args)
    os.chdir(course.root)
    os.execve(command[0], command, opening.lab_environment(course))


@app.command()
def demo(
    keep: Annotated[str, typer.Option(help="the folder for the demonstration class; it is made anew")] = "demo",
):
    """Play a whole class cycle on unit 02: release, five submissions, grades, feedback, report, CSV."""
    from dl_helpers.grading import demo as playing

    with progress() as bar:
        course, unit, outcome = playing.play(here(), keep, bar)
    out.print(playing.table(outcome))
    note(f"feedback, report and grades: {course.root}")
    wrong = [o for o in outcome if o.score != o.expected]
    if wrong:
        raise CourseError("; ".join(f"{o.student} has {o.score} points and must have {o.expected}" for o in wrong))


def main():
    """Run a command; an error that the user can mend is one line on standard error, and exit status 1."""
    name = " ".join(["dl-course", *[a for a in sys.argv[1:2] if not a.startswith("-")]])
    try:
        app()
    except CourseError as error:
        sys.exit(f"{name}: {error}")
    except ModuleNotFoundError as error:
        sys.exit(f"{name}: {error.name} is not installed; the instructor's tools need it: pip install 'dl-helpers[instructor]'")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"{name}: {where}{error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(f"{name}: stopped; what is done is kept, the same command goes on")
