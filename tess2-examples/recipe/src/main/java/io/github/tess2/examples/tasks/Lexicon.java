package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The word lists of {@code lexicon.txt}, in the file's order. */
final class Lexicon {
  private static final List<String> CONTENT_KINDS =
      List.of("animals", "foods", "objects", "places", "nature", "people", "verbs", "adjectives");
  private static final Lexicon SHIPPED = parse("lexicon.txt", lines("lexicon.txt"));

  private final Map<String, List<String>> kinds;
  private final List<String> content;

  private Lexicon(Map<String, List<String>> kinds) {
    this.kinds = kinds;
    LinkedHashSet<String> words = new LinkedHashSet<>();
    for (String kind : CONTENT_KINDS) {
      words.addAll(words(kind));
    }
    content = List.copyOf(words);
  }

  static Lexicon shipped() {
    return SHIPPED;
  }

  static Lexicon parse(String file, List<String> lines) {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("[")) {
        current = new ArrayList<>();
        kinds.put(line.substring(1, line.length() - 1), current);
      } else {
        current.addAll(List.of(line.split(" ", -1)));
      }
    }
    for (Map.Entry<String, List<String>> kind : kinds.entrySet()) {
      if (new LinkedHashSet<>(kind.getValue()).size() < kind.getValue().size()) {
        throw new Tess2Exception(file + ": [" + kind.getKey() + "] must not repeat a word");
      }
    }
    return new Lexicon(kinds);
  }

  /** The words of one kind, as in {@code "animals"}. */
  List<String> words(String kind) {
    List<String> words = kinds.get(kind);
    if (words == null) {
      throw new IllegalArgumentException(
          "kind must be one of " + kinds.keySet() + ", but is: " + kind);
    }
    return words;
  }

  /** The content words, each once. They are sorted, reversed and spelled. */
  List<String> contentWords() {
    return content;
  }

  /** The words of the first kind that contains this one; all content words if no kind does. */
  List<String> wordsLike(String word) {
    return kinds.values().stream().filter(kind -> kind.contains(word)).findFirst().orElse(content);
  }

  /** The lines of a resource, trimmed, without comments and empty lines. */
  static List<String> lines(String resource) {
    try (InputStream in = Lexicon.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new Tess2Exception("resource must be in the jar, but is missing: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("resource must be readable: " + resource, e);
    }
  }
}
