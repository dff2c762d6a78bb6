package io.github.tess2.examples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether Java has read the command line as it was typed. It decodes the arguments in the locale's
 * encoding; where they are in another (UTF-8 in the POSIX locale, as in most containers), it puts
 * replacement characters in without a word. Linux keeps the bytes as they were.
 */
final class CommandLineText {
  private static final Path BYTES = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';
  private static final int MOST_SHOWN = 60;

  private CommandLineText() {}

  /** What is wrong with this process's arguments, or null. */
  static @Nullable String wrong(String[] arguments) {
    String encoding = System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
    return wrong(arguments, bytes(), encoding);
  }

  private static byte @Nullable [] bytes() {
    try {
      return Files.isReadable(BYTES) ? Files.readAllBytes(BYTES) : null;
    } catch (IOException e) {
      // Not a Linux, or one that keeps it to itself; the arguments alone must do.
      return null;
    }
  }

  /**
   * What is wrong with arguments, or null.
   *
   * @param arguments as Java has read them
   * @param commandLine the process's whole command line, each argument ended by a zero byte; null
   *     where it is not known
   * @param encoding in which Java has read them
   */
  static @Nullable String wrong(
      String[] arguments, byte @Nullable [] commandLine, String encoding) {
    Charset charset = Charset.isSupported(encoding) ? Charset.forName(encoding) : null;
    List<byte[]> typed = commandLine == null ? List.of() : split(commandLine);
    // What stands before them is the JVM's.
    int from = typed.size() - arguments.length;
    for (int i = 0; i < arguments.length; i++) {
      boolean misread =
          from > 0
              ? isMisread(arguments[i], typed.get(from + i), charset)
              : StandardCharsets.US_ASCII.equals(charset) && arguments[i].indexOf(REPLACEMENT) >= 0;
      if (misread) {
        return String.format(
            Locale.ROOT,
            "argument %d must be text in the locale's encoding, %s, but is not: \"%s\" (set"
                + " LC_ALL=C.UTF-8, or put prompts into a file in UTF-8 and give it with"
                + " --batch-file)",
            i + 1,
            encoding,
            shown(
                from > 0 ? new String(typed.get(from + i), StandardCharsets.UTF_8) : arguments[i]));
      }
    }
    return null;
  }

  private static boolean isMisread(String argument, byte[] typed, @Nullable Charset charset) {
    if (charset == null) {
      return false;
    }
    try {
      String meant = charset.newDecoder().decode(ByteBuffer.wrap(typed)).toString();
      return !meant.equals(argument) && argument.indexOf(REPLACEMENT) >= 0;
    } catch (CharacterCodingException e) {
      return true;
    }
  }

  private static List<byte[]> split(byte[] commandLine) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        parts.add(Arrays.copyOfRange(commandLine, from, i));
        from = i + 1;
      }
    }
    return parts;
  }

  private static String shown(String text) {
    return text.codePointCount(0, text.length()) <= MOST_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_SHOWN)) + "…";
  }
}
