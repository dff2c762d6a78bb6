package io.github.tess2.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java snippet in the documentation.
 *
 * @param place the file, and the line where it begins
 * @param code the snippet
 */
record Snippet(String place, String code) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```java\\R(.*?)^ *```$");
  private static final Pattern JAVADOC = Pattern.compile("(?s)<pre>\\{@code\\R(.*?)\\}</pre>");
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(public |final |abstract )*(class|interface|record|enum) (\\w+)");

  /** The snippets of a Markdown file. */
  static List<Snippet> ofMarkdown(Path file) throws IOException {
    return find(file, FENCED);
  }

  /** The snippets in the comments of a Java file. */
  static List<Snippet> ofJavadoc(Path file) throws IOException {
    return find(file, JAVADOC).stream()
        .map(one -> new Snippet(one.place, one.code.replaceAll("(?m)^ *\\* ?", "")))
        .toList();
  }

  private static List<Snippet> find(Path file, Pattern pattern) throws IOException {
    String text = Files.readString(file);
    List<Snippet> snippets = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      long line = text.substring(0, matcher.start()).lines().count() + 1;
      snippets.add(new Snippet(file.normalize() + ":" + line, matcher.group(1)));
    }
    return snippets;
  }

  /** Whether it consists of statements, not of types or members. */
  boolean isStatements() {
    return !TYPE.matcher(code).find() && !code.startsWith("static ");
  }

  /**
   * The snippet as a source file that compiles by itself, in a class of the given name. The
   * variables that it uses but does not declare become fields: {@code lm}, {@code folder}, {@code
   * reward}.
   */
  String source(String className) {
    StringBuilder imports = new StringBuilder();
    StringBuilder rest = new StringBuilder();
    code.lines()
        .forEach(
            line ->
                (line.matches("(import|package) .*;") ? imports : rest).append(line).append('\n'));
    String body =
        isStatements()
            ? "public static void run() throws Exception {\n" + rest + "}\n"
            : rest.toString();
    return """
        import static io.github.tess2.Blank.blank;
        import ai.djl.ndarray.*;
        import ai.djl.ndarray.types.*;
        import com.google.auto.service.AutoService;
        import io.github.tess2.*;
        import io.github.tess2.contract.*;
        import io.github.tess2.guidance.*;
        import io.github.tess2.spi.*;
        import io.github.tess2.training.*;
        import java.nio.file.Path;
        import java.util.*;
        %s
        @SuppressWarnings("unused")
        public class %s {
          public static DiffusionLM lm;
          public static Path folder;
          public static Reward reward;
        %s}
        """
        .formatted(imports.toString().replaceAll("package .*;", ""), className, body);
  }

  @Override
  public String toString() {
    return place;
  }
}
