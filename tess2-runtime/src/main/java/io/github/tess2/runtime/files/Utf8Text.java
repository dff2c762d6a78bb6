package io.github.tess2.runtime.files;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads text files that people write in UTF-8. Some editors put a byte-order mark at the start,
 * which is not part of the text. Others write UTF-16, which gets its own message.
 */
public final class Utf8Text {
  private static final int MARK_BYTES = 3;

  private Utf8Text() {}

  /** Thrown for bytes that are not UTF-8. The message continues "must be text in UTF-8, but". */
  public static final class NotUtf8Exception extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final boolean utf16;

    NotUtf8Exception(boolean utf16) {
      this.utf16 = utf16;
    }

    @Override
    public String getMessage() {
      return utf16 ? "looks like UTF-16" : "is not";
    }
  }

  /**
   * Reads a file's lines, without the byte-order mark.
   *
   * @throws NotUtf8Exception if it is not UTF-8
   * @throws IOException if it cannot be read
   */
  public static ImmutableList<String> lines(Path file) throws IOException {
    return lines(Files.readAllBytes(file));
  }

  /**
   * Reads the lines of a file's content, without the byte-order mark.
   *
   * @throws NotUtf8Exception if they are not UTF-8
   */
  public static ImmutableList<String> lines(byte[] bytes) throws NotUtf8Exception {
    int mark = markBytes(bytes, bytes.length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, mark, bytes.length - mark))
          .toString()
          .lines()
          .collect(ImmutableList.toImmutableList());
    } catch (CharacterCodingException e) {
      throw new NotUtf8Exception(false);
    }
  }

  /**
   * Counts the bytes of the byte-order mark.
   *
   * @param head a file's first bytes: three, or all if there are fewer
   * @param length how many there are
   * @return 3 or 0
   * @throws NotUtf8Exception if they are the beginning of a text in UTF-16
   */
  public static int markBytes(byte[] head, int length) throws NotUtf8Exception {
    if (length >= 2 && looksLikeUtf16(head)) {
      throw new NotUtf8Exception(true);
    }
    boolean marked =
        length >= MARK_BYTES
            && head[0] == (byte) 0xEF
            && head[1] == (byte) 0xBB
            && head[2] == (byte) 0xBF;
    return marked ? MARK_BYTES : 0;
  }

  /**
   * UTF-16 has its own mark, or a zero byte in its first character, which UTF-8 text does not have.
   */
  private static boolean looksLikeUtf16(byte[] head) {
    boolean little = head[0] == (byte) 0xFF && head[1] == (byte) 0xFE;
    boolean big = head[0] == (byte) 0xFE && head[1] == (byte) 0xFF;
    return little || big || (head[0] == 0) != (head[1] == 0);
  }
}
