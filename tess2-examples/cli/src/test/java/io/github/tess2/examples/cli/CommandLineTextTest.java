package io.github.tess2.examples.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Arguments and answers with characters that the locale's encoding lacks. */
class CommandLineTextTest {
  private static final String REMEDY =
      " (set LC_ALL=C.UTF-8, or put prompts into a file in UTF-8 and give it with --batch-file)";

  @Test
  void wrong_utf8ReadAsAscii_namesArgumentAndRemedy() {
    String[] read = {"generate", "caf\uFFFD\uFFFD"};

    assertThat(CommandLineText.wrong(read, line("generate", "café"), "ANSI_X3.4-1968"))
        .isEqualTo(
            "argument 2 must be text in the locale's encoding, ANSI_X3.4-1968, but is not: \"café\""
                + REMEDY);
  }

  @Test
  void wrong_utf8ReadAsQuestionMarks_isFoundAllTheSame() {
    assertThat(CommandLineText.wrong(new String[] {"caf??"}, line("café"), "US-ASCII"))
        .startsWith("argument 1 must be text in the locale's encoding, US-ASCII, but is not");
  }

  @Test
  void wrong_asciiReadAsAscii_isNot() {
    assertThat(CommandLineText.wrong(new String[] {"", "why?"}, line("", "why?"), "US-ASCII"))
        .isNull();
  }

  @Test
  void wrong_replacementCharacterTypedInUtf8_isNot() {
    assertThat(CommandLineText.wrong(new String[] {"a\uFFFD"}, line("a\uFFFD"), "UTF-8")).isNull();
  }

  @Test
  void wrong_latin1ReadAsUtf8_isFound() {
    byte[] typed = "java\0zw\u00f6lf\0".getBytes(ISO_8859_1);

    assertThat(CommandLineText.wrong(new String[] {"zw\uFFFDlf"}, typed, "UTF-8"))
        .isEqualTo(
            "argument 1 must be text in the locale's encoding, UTF-8, but is not: \"zw\uFFFDlf\""
                + REMEDY);
  }

  @Test
  void wrong_bytesUnknown_goesByReplacementCharactersInAscii() {
    assertThat(CommandLineText.wrong(new String[] {"caf\uFFFD"}, null, "US-ASCII")).isNotNull();
    assertThat(CommandLineText.wrong(new String[] {"caf\uFFFD"}, null, "UTF-8")).isNull();
    assertThat(CommandLineText.wrong(new String[] {"why?"}, null, "US-ASCII")).isNull();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void main_posixLocale_refusesWhatItCannotRead() throws Exception {
    Process process = start("C", "generate", "caf\\303\\251");
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(err)
        .isEqualTo(
            "tess2: argument 2 must be text in the locale's encoding, ANSI_X3.4-1968, but is not:"
                + " \"café\""
                + REMEDY
                + "\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void main_utf8Locale_readsReplacementCharacters() throws Exception {
    Process process = start("C.UTF-8", "generate", "\\055\\055batch-size=0", "a\\357\\277\\275");
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(err).startsWith("tess2 generate: --batch-size must be at least 1, but is: 0");
  }

  @Test
  void writer_ascii_writesUtf8() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LocaleWriter writer = new LocaleWriter(bytes, StandardCharsets.US_ASCII);

    print(writer, "東京 🙂");

    assertThat(bytes.toString(UTF_8)).isEqualTo("東京 🙂");
    assertThat(writer.loss()).isNull();
  }

  @Test
  void writer_encodingWithoutACharacter_tellsTheLoss() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LocaleWriter writer = new LocaleWriter(bytes, Charset.forName("ISO-8859-1"));

    print(writer, "zwölf");
    assertThat(writer.loss()).isNull();
    print(writer, " 東");

    assertThat(bytes.toString(ISO_8859_1)).isEqualTo("zwölf ?");
    assertThat(writer.loss())
        .isEqualTo(
            "some characters are not in the locale's encoding, ISO-8859-1, and were written as"
                + " question marks (set LC_ALL=C.UTF-8)");
  }

  private static void print(LocaleWriter writer, String text) {
    PrintWriter out = new PrintWriter(writer, true);
    out.print(text);
    out.flush();
  }

  private static byte[] line(String... arguments) {
    return ("java\0" + String.join("\0", arguments) + "\0").getBytes(UTF_8);
  }

  /**
   * Starts the process with a shell, which can pass bytes that this process may not be able to
   * pass.
   */
  private static Process start(String locale, String... octal) throws Exception {
    StringBuilder command =
        new StringBuilder("exec \"$0\" -cp \"$1\" ").append(Main.class.getName());
    for (String argument : octal) {
      command.append(" \"$(printf '").append(argument).append("')\"");
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            command.toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            System.getProperty("java.class.path"));
    builder.environment().put("LC_ALL", locale);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }
}
