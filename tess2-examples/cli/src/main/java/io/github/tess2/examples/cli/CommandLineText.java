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
 * Checks whether Java has read the command line as it was typed. Java decodes the arguments in the
 * locale's encoding. If they are in another one (UTF-8 in the POSIX locale, as in most containers),
 * it silently inserts replacement characters. Linux keeps the original bytes.
 */
final class CommandLineText {
  private static final Path BYTES = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';
  private static final int MOST_SHOWN = 60;

  private CommandLineText() {}

  /** Describes the problem with this process's arguments; null if there is none. */
  static @Nullable String wrong(String[] arguments) {
    String encoding = System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
    return wrong(arguments, bytes(), encoding);
  }

  private static byte @Nullable [] bytes() {
    try {
      return Files.isReadable(BYTES) ? Files.readAllBytes(BYTES) : null;
    } catch (IOException e) {
      // Not Linux, or /proc cannot be read. Check the arguments alone.
      return null;
    }
  }

  /**
   * Describes the problem with arguments; null if there is none.
   *
   * @param arguments the arguments as Java read them
   * @param commandLine the whole command line of the process, each argument ended by a zero byte;
   *     null if unknown
   * @param encoding the encoding in which Java read them
   */
  static @Nullable String wrong(
      String[] arguments, byte @Nullable [] commandLine, String encoding) {
    Charset charset = Charset.isSupported(encoding) ? Charset.forName(encoding) : null;
    List<byte[]> typed = commandLine == null ? List.of() : split(commandLine);
    // The JVM and its options come before the arguments.
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
