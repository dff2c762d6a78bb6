package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tess2.CheckpointException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognizes what is in place of a checkpoint's file after a failed download: a Git LFS pointer, a
 * web page, nothing. It looks at the first bytes, so the message can say what to do.
 */
final class WrongContent {
  /** The number of bytes at the beginning of a file that are examined. */
  static final int LOOKED_AT = 512;

  private static final Pattern LFS = Pattern.compile("version https?://\\S*git-lfs\\S*/spec/.*");
  private static final Pattern PAGE =
      Pattern.compile("(?s)\ufeff?\\s*<(!doctype|html|head|\\?xml|error).*");

  /** Hubs answer with a line of plain words if there is no file. */
  private static final Pattern WORDS = Pattern.compile("[A-Za-z][\\x20-\\x7e]*[\\r\\n]*");

  private static final int SHOWN = 80;

  private WrongContent() {}

  /**
   * Checks the beginning of a file that should hold JSON.
   *
   * @param source what error messages call the file
   * @param bytes the file's first bytes, or all
   * @throws CheckpointException if it holds something else that is known
   */
  static void requireText(String source, byte[] bytes) {
    common(bytes).or(() -> binary(bytes)).ifPresent(found -> fail(source, found));
  }

  /**
   * Checks the beginning of a file that should hold tensors.
   *
   * @param source what error messages call the file
   * @param bytes the file's first bytes
   * @param size the number of bytes in the whole file
   * @throws CheckpointException if it holds something else that is known
   */
  static void requireTensors(String source, byte[] bytes, long size) {
    common(bytes)
        .or(() -> pytorch(bytes))
        .or(() -> words(bytes, size))
        .ifPresent(found -> fail(source, found));
  }

  private static void fail(String source, String found) {
    throw new CheckpointException(source + ": " + found);
  }

  private static Optional<String> common(byte[] bytes) {
    String text = text(bytes);
    if (text.isEmpty()) {
      return Optional.of("is empty: download it again");
    }
    if (LFS.matcher(text.lines().findFirst().orElse("")).matches()) {
      return Optional.of(
          "is a Git LFS pointer in place of the file: run \"git lfs install\" and \"git lfs pull\" in"
              + " its folder, or download the file itself");
    }
    if (PAGE.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
      return Optional.of(
          "is a web page in place of the file, as a failed download leaves it: download it again");
    }
    return Optional.empty();
  }

  private static Optional<String> binary(byte[] bytes) {
    if (begins(bytes, 'P', 'K', 3, 4)) {
      return Optional.of("must be JSON, but is a zip archive");
    }
    if (begins(bytes, 0x1f, 0x8b)) {
      return Optional.of("must be JSON, but is compressed with gzip");
    }
    if (begins(bytes, 0xff, 0xfe) || begins(bytes, 0xfe, 0xff)) {
      return Optional.of("must be UTF-8 text, but is UTF-16");
    }
    return Optional.empty();
  }

  private static Optional<String> pytorch(byte[] bytes) {
    // Since PyTorch 1.6 a zip archive; before that, and from other programs, a bare pickle.
    if (begins(bytes, 'P', 'K', 3, 4) || begins(bytes, 0x80, 2, 0x8a)) {
      return Optional.of(
          "must be safetensors, but is a PyTorch file with the wrong name: rename it to"
              + " pytorch_model.bin, and the next message has the command that converts it");
    }
    if (begins(bytes, 0x1f, 0x8b)) {
      return Optional.of("must be safetensors, but is compressed with gzip");
    }
    if (begins(bytes, 'G', 'G', 'U', 'F')) {
      return Optional.of("must be safetensors, but is a GGUF file, which is not supported");
    }
    return Optional.empty();
  }

  private static Optional<String> words(byte[] bytes, long size) {
    String text = text(bytes);
    if (size > LOOKED_AT || !WORDS.matcher(text).matches()) {
      return Optional.empty();
    }
    String shown = text.strip();
    return Optional.of(
        "must be safetensors, but is text: "
            + (shown.length() <= SHOWN ? shown : shown.substring(0, SHOWN) + "…"));
  }

  private static String text(byte[] bytes) {
    int length = Math.min(bytes.length, LOOKED_AT);
    // Only a web page may begin with UTF-8's mark; everything else that is recognized is ASCII.
    String text = new String(bytes, 0, length, ISO_8859_1);
    return text.startsWith("\u00ef\u00bb\u00bf") ? new String(bytes, 0, length, UTF_8) : text;
  }

  private static boolean begins(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[i] != (byte) expected[i]) {
        return false;
      }
    }
    return true;
  }
}
