"""Runs notebooks in real Jupyter for lib/notebook/driver.ts, which writes jobs to stdin and reads events from stdout, a line each.

One process for many notebooks: importing Jupyter's libraries takes longer than a short notebook. Errors in cells are
outputs like any other here (the kernel runs no further cell after one); run.ts judges them.
"""
import json
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.exporters.html import HTMLExporter

# The page without the scripts that it would fetch from a network: figures bring their own, formulas come as MathML.
OFFLINE = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}"""


def emit(**event):
    print(json.dumps(event), flush=True)


def title_of(notebook, file):
    """The first heading, which a browser's tab shows; else the file's name."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return line[2:].strip()
    return Path(file).stem


def run(job):
    notebook = nbformat.read(job["input"], as_version=4)
    total = sum(cell.cell_type == "code" for cell in notebook.cells) - 1
    begun = 0

    def on_cell_execute(cell, cell_index):
        nonlocal begun
        begun += 1
        if begun <= total:
            emit(event="cell", cell=begun, of=total)

    NotebookClient(
        notebook,
        kernel_name="tslab",
        timeout=None,
        # The default gives up on a cell's output four seconds after its reply: a long output would be lost.
        iopub_timeout=600,
        startup_timeout=300,
        allow_errors=True,
        resources={"metadata": {"path": job["cwd"]}},
        on_cell_execute=on_cell_execute,
    ).execute(env={**os.environ, **job["environment"]})
    report = None
    for output in notebook.cells.pop().outputs:
        report = output.get("data", {}).get("application/json", report)
    for failure in (report or {}).get("late", []):
        for cell in notebook.cells:
            if cell.get("execution_count") == failure["cell"]:
                error = {name: failure[name] for name in ("ename", "evalue", "traceback")}
                cell.outputs.append(nbformat.v4.new_output("error", **error))
    exporter = HTMLExporter(raw_template=OFFLINE, require_js_url="")
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title_of(notebook, job["input"])}})
    with open(job["html"], "w", encoding="utf-8") as file:
        file.write(page)
    emit(event="done", notebook=notebook, report=report)


for line in sys.stdin:
    try:
        run(json.loads(line))
    except Exception as error:  # a dead kernel, a missing package: the next notebook may still run
        emit(event="failed", reason=f"{type(error).__name__}: {error}")
