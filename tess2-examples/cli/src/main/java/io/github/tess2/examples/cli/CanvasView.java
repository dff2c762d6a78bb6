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

/** Shows steps: in place on a terminal, each in a line of its own elsewhere. */
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
    // Asked once: it costs a process.
    this.size = inPlace ? host.terminalSize() : new Host.Size(1, 1);
    this.color = color.applies(host);
  }

  /**
   * Generates, and shows the canvas refining.
   *
   * @param every shows every such step, and the last
   * @param interrupted asked after each step whether to stop
   * @return the answer; where it was stopped, what the last step predicted
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

  /** Shows a step that others will follow. */
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
      // Nothing is redrawn any more, so it may be as long as it is.
      draw(lines(step, pieces, size.columns()), Integer.MAX_VALUE);
      out.println();
    } else {
      out.println(heading(step) + "  " + CanvasPainter.oneLine(pieces, color));
    }
    out.flush();
  }

  /** Leaves what is drawn, so that an error has a line of its own. */
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

  /** Draws over what was drawn before; of more lines than fit, the last ones. */
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
