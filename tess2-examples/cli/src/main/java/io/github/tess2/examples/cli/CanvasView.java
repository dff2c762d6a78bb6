package io.github.tess2.examples.cli;

import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.examples.text.CanvasText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Shows steps: in place on a terminal, otherwise one line for each step. */
final class CanvasView {
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter out;
  private final boolean inPlace;
  private final Host.Size size;
  private final boolean color;
  private int linesDrawn;

  CanvasView(PrintWriter out, Host host, ColorWhen color) {
    this.out = out;
    this.inPlace = host.outIsTerminal();
    // Queried once, because the query starts a process.
    this.size = inPlace ? host.terminalSize() : new Host.Size(1, 1);
    this.color = color.applies(host);
  }

  /**
   * Generates, and shows the canvas as it is refined.
   *
   * @param every shows every n-th step and the last one
   * @param interrupted polled after each step; true stops
   * @return the answer, or the prediction of the last step if generation was stopped
   */
  GenerationResult generate(
      DiffusionLM lm, GenerationRequest request, int every, BooleanSupplier interrupted) {
    CanvasText canvas = new CanvasText(request.prompt(), lm.tokenizer());
    AtomicReference<@Nullable DenoisingStep> last = new AtomicReference<>();
    GenerationResult result;
    try {
      result =
          lm.generate(
              request,
              step -> {
                last.set(step);
                if (interrupted.getAsBoolean()) {
                  return Signal.CANCEL;
                }
                if (step.step() % every == 0 && step.step() < step.total()) {
                  show(step, canvas.pieces(step));
                }
                return Signal.CONTINUE;
              });
    } catch (RuntimeException e) {
      abandon();
      throw e;
    }
    @Nullable DenoisingStep shown = last.get();
    if (shown != null) {
      finish(shown, canvas.pieces(shown));
    }
    return result;
  }

  /** Shows a step that is not the last. */
  private void show(DenoisingStep step, List<CanvasText.Piece> pieces) {
    if (inPlace) {
      draw(lines(step, pieces, size.columns()), size.rows() - 1);
    } else {
      out.println(heading(step) + "  " + CanvasPainter.oneLine(pieces, color));
    }
    out.flush();
  }

  /** Shows the last step. */
  private void finish(DenoisingStep step, List<CanvasText.Piece> pieces) {
    if (inPlace) {
      // Nothing is redrawn after this, so the text may take any number of lines.
      draw(lines(step, pieces, size.columns()), Integer.MAX_VALUE);
      out.println();
    } else {
      out.println(heading(step) + "  " + CanvasPainter.oneLine(pieces, color));
    }
    out.flush();
  }

  /** Moves below the drawing, so that an error starts on a new line. */
  private void abandon() {
    if (linesDrawn > 0) {
      out.println();
      out.flush();
    }
  }

  private List<String> lines(DenoisingStep step, List<CanvasText.Piece> pieces, int columns) {
    List<CanvasText.Piece> all = new ArrayList<>();
    all.add(new CanvasText.Piece(heading(step) + "\n", OptionalDouble.empty()));
    all.addAll(pieces);
    return CanvasPainter.lines(all, columns, color);
  }

  private static String heading(DenoisingStep step) {
    int digits = Integer.toString(step.total()).length();
    return String.format(
        Locale.ROOT,
        "step %" + digits + "d/%d  confidence %.2f",
        step.step(),
        step.total(),
        step.confidence().mean());
  }

  /** Draws over the previous drawing. If the lines do not fit, draws the last ones. */
  private void draw(List<String> lines, int rows) {
    if (linesDrawn > 0) {
      out.print("\r");
      if (linesDrawn > 1) {
        out.print("\u001b[" + (linesDrawn - 1) + "A");
      }
      out.print(CLEAR_BELOW);
    }
    List<String> shown = lines.subList(Math.max(0, lines.size() - Math.max(rows, 1)), lines.size());
    out.print(String.join(System.lineSeparator(), shown));
    linesDrawn = shown.size();
  }
}
