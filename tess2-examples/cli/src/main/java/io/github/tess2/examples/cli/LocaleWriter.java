package io.github.tess2.examples.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes in the locale's encoding, or in UTF-8 if that is the ASCII of the POSIX locale. Terminals
 * are hardly ever limited to ASCII, and a model's text would be full of question marks. A character
 * that the encoding lacks becomes a question mark, and the writer remembers that this happened.
 */
final class LocaleWriter extends FilterWriter {
  private final Charset charset;
  private final CharsetEncoder encoder;
  private boolean lost;

  /** Writes to a stream in {@code charset}, or in UTF-8 if that is ASCII. */
  LocaleWriter(OutputStream stream, Charset charset) {
    super(new OutputStreamWriter(stream, readable(charset)));
    this.charset = readable(charset);
    this.encoder = this.charset.newEncoder();
  }

  private static Charset readable(Charset charset) {
    return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
  }

  @Override
  public void write(int c) throws IOException {
    note(Character.toString((char) c));
    super.write(c);
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    note(new String(text, from, length));
    super.write(text, from, length);
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    note(text.substring(from, from + length));
    super.write(text, from, length);
  }

  private void note(String text) {
    // Half a surrogate pair at the end is not a loss, because the other half may follow.
    String whole = text.replaceAll("[\ud800-\udbff]\\z|\\A[\udc00-\udfff]", "");
    lost |= !encoder.canEncode(whole);
  }

  /** A warning about characters that could not be written; null if there were none. */
  @Nullable String loss() {
    return lost
        ? String.format(
            Locale.ROOT,
            "some characters are not in the locale's encoding, %s, and were written as question"
                + " marks (set LC_ALL=C.UTF-8)",
            charset.name())
        : null;
  }
}
