"""The report of a unit: a table in the terminal and an HTML page with charts."""

from jinja2 import Environment, PackageLoader
from rich.table import Table

from dl_helpers.grading.charts import points_lost, score_distribution
from dl_helpers.grading.statistics import unit_report


def terminal_tables(report):
    """Two rich tables: the students' grades and the tasks."""
    grades = Table("student", "points", "of", "remarks", title=f"{report.unit}: grades", title_justify="left")
    for s in report.students:
        grades.add_row(s.student, _points(s.score), _points(s.max_score), "; ".join(remarks(s)))
    tasks = Table("task", "points", "full marks", "lost on average", title="Tasks", title_justify="left")
    for t in report.tasks:
        done = [f"{t.full:.0%}", f"{t.mean_lost:.2f}"] if not t.waiting else [f"{t.waiting} to grade by hand", ""]
        tasks.add_row(t.name, f"{t.max_score:g}", *done)
    return grades, tasks


def write_page(course, report):
    """Write reports/UNIT.html and return its path."""
    environment = Environment(loader=PackageLoader("dl_helpers.grading"), autoescape=True, trim_blocks=True)
    scores = [s.score for s in report.graded]
    page = environment.get_template("report.html").render(
        report=report,
        remarks=remarks,
        distribution=score_distribution(scores, report.max_score),
        lost=points_lost([t for t in report.tasks if not t.waiting]),
    )
    path = course.root / "reports" / f"{report.unit}.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def make_report(course, unit):
    """The report of a unit, its page written; returns (report, path of the page)."""
    report = unit_report(course, unit)
    return report, write_page(course, report)


def remarks(graded):
    """What a person should know about a submission."""
    by_hand = ["answers to grade by hand"] if graded.by_hand else []
    failed = [f"not graded: {graded.reason.removeprefix('not graded: ')}"] if graded.status == "failed" else []
    return failed + by_hand + graded.findings


def _points(value):
    return "–" if value is None else f"{value:g}"
