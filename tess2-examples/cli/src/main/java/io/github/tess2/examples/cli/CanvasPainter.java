package io.github.tess2.examples.cli;

import io.github.tess2.examples.text.CanvasText;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * Lays a canvas out in lines of a terminal, coloured by confidence: red is a guess, green is sure.
 * Given text keeps the terminal's default colour.
 */
final class CanvasPainter {
  private static final String RESET = "\u001b[0m";

  /** Colours of the 256-colour palette, from a guess to sure. */
  private static final int[] COLORS = {196, 208, 220, 148, 40};

  private static final double[] UP_TO = {0.25, 0.5, 0.75, 0.95};

  private final int columns;
  private final boolean color;
  private final List<String> lines = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private String style = "";
  private int column;

  private CanvasPainter(int columns, boolean color) {
    this.columns = columns;
    this.color = color;
  }

  /** Wraps pieces into lines of at most {@code columns} cells; at least one line. */
  static List<String> lines(List<CanvasText.Piece> pieces, int columns, boolean color) {
    CanvasPainter painter = new CanvasPainter(columns, color);
    for (CanvasText.Piece piece : pieces) {
      painter.style(painter.styleOf(piece));
      piece.text().codePoints().forEach(painter::put);
    }
    painter.breakLine();
    return painter.lines;
  }

  /** Joins the pieces into one line, with line breaks and other control characters escaped. */
  static String oneLine(List<CanvasText.Piece> pieces, boolean color) {
    return lines(
            pieces.stream()
                .map(piece -> new CanvasText.Piece(spelled(piece.text()), piece.confidence()))
                .toList(),
            Integer.MAX_VALUE,
            color)
        .get(0);
  }

  private static String spelled(String text) {
    return text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  private String styleOf(CanvasText.Piece piece) {
    if (!color || piece.confidence().isEmpty()) {
      return "";
    }
    int level = 0;
    while (level < UP_TO.length && piece.confidence().getAsDouble() >= UP_TO[level]) {
      level++;
    }
    return "\u001b[38;5;" + COLORS[level] + "m";
  }

  private void style(String next) {
    if (!next.equals(style)) {
      line.append(style.isEmpty() ? "" : RESET).append(next);
      style = next;
    }
  }

  private void put(int character) {
    if (character == '\n') {
      breakLine();
      return;
    }
    // Control characters that a model writes must not control the terminal.
    int shown = Character.isISOControl(character) ? ' ' : character;
    int width = Math.max(WCWidth.wcwidth(shown), 0);
    if (column + width > columns) {
      breakLine();
    }
    line.appendCodePoint(shown);
    column += width;
  }

  private void breakLine() {
    line.append(style.isEmpty() ? "" : RESET);
    lines.add(line.toString());
    line.setLength(0);
    line.append(style);
    column = 0;
  }
}
