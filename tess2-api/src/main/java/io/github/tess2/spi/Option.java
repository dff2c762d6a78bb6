package io.github.tess2.spi;

import static com.google.common.collect.ImmutableMap.toImmutableMap;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An option that a plugin declares: its name, type, range, default and meaning. Its value comes
 * from {@link OptionValues}. Immutable.
 *
 * <pre>{@code
 * static final Option<Double> SCALE = Option.number("scale", 0, 100, "how hard to push").or(0.5);
 * }</pre>
 *
 * @param <T> the Java type of its values
 */
public final class Option<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final String name;
  private final String type;
  private final String doc;
  private final Function<Object, @Nullable T> reader;
  private final @Nullable T fallback;
  private final String otherwise;

  private Option(
      String name,
      String type,
      String doc,
      Function<Object, @Nullable T> reader,
      @Nullable T fallback,
      String otherwise) {
    if (!NAME.matcher(requireNonNull(name, "name")).matches()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "an option's name must match %s, but is: %s", NAME, name));
    }
    this.name = name;
    this.type = requireNonNull(type, "type");
    this.doc = requireNonNull(doc, "doc");
    this.reader = reader;
    this.fallback = fallback;
    this.otherwise = otherwise;
  }

  /**
   * {@return an option with a custom type, required until {@link #or} gives it a default}
   *
   * @param <T> the Java type of its values
   * @param name lower case letters, digits and {@code -}
   * @param type a description of valid values, for messages: "a number"
   * @param doc the meaning of the option
   * @param reader converts the user's input, a string or a Java value, to the value; returns null
   *     or throws an {@link IllegalArgumentException}, whose message is passed on, if the input is
   *     invalid
   */
  public static <T> Option<T> of(
      String name, String type, String doc, Function<Object, @Nullable T> reader) {
    return new Option<>(name, type, doc, requireNonNull(reader, "reader"), null, "");
  }

  /**
   * {@return a number, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param least minimum; {@code -Double.MAX_VALUE} for no limit
   * @param most maximum; {@code Double.MAX_VALUE} for no limit
   * @param doc the meaning of the option
   */
  public static Option<Double> number(String name, double least, double most, String doc) {
    String range =
        (least == -Double.MAX_VALUE ? "" : " of at least " + least)
            + (most == Double.MAX_VALUE ? "" : " and at most " + most);
    return of(
        name,
        "a number" + (least == -Double.MAX_VALUE ? range.replace(" and", " of") : range),
        doc,
        given -> {
          double value =
              given instanceof Number number
                  ? number.doubleValue()
                  : Double.parseDouble(given.toString());
          return value >= least && value <= most ? value : null;
        });
  }

  /**
   * {@return a whole number, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param least minimum
   * @param most maximum; {@code Integer.MAX_VALUE} for no limit
   * @param doc the meaning of the option
   */
  public static Option<Integer> integer(String name, int least, int most, String doc) {
    return of(
        name,
        String.format(Locale.ROOT, "a whole number of at least %d", least)
            + (most == Integer.MAX_VALUE ? "" : " and at most " + most),
        doc,
        given -> {
          int value = Integer.parseInt(given.toString());
          return value >= least && value <= most ? value : null;
        });
  }

  /**
   * {@return true or false, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<Boolean> flag(String name, String doc) {
    return of(
        name,
        "true or false",
        doc,
        given ->
            switch (given.toString()) {
              case "true" -> true;
              case "false" -> false;
              default -> null;
            });
  }

  /**
   * {@return a non-empty string, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<String> text(String name, String doc) {
    return of(name, "a text", doc, given -> given.toString().isEmpty() ? null : given.toString());
  }

  /**
   * {@return one or more non-empty strings, given as a Java list or as a string with {@code |}
   * between them; required until {@link #or} gives it a default. Its value is unmodifiable}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<List<String>> texts(String name, String doc) {
    return of(
        name,
        "texts with | between them",
        doc,
        given -> {
          ImmutableList<String> texts =
              given instanceof List<?> list
                  ? list.stream()
                      .map(text -> text == null ? "" : text.toString())
                      .collect(ImmutableList.toImmutableList())
                  : ImmutableList.copyOf(Splitter.on('|').split(given.toString()));
          return texts.isEmpty() || texts.contains("") ? null : texts;
        });
  }

  /**
   * {@return one of an enum's constants, in lower case if given as a string; required until {@link
   * #or} gives it a default}
   *
   * @param <E> the enum
   * @param name lower case letters, digits and {@code -}
   * @param words the enum class
   * @param doc the meaning of the option
   */
  public static <E extends Enum<E>> Option<E> oneOf(String name, Class<E> words, String doc) {
    ImmutableMap<String, E> byWord =
        Arrays.stream(words.getEnumConstants())
            .collect(toImmutableMap(word -> Ascii.toLowerCase(word.name()), word -> word));
    return of(
        name,
        "one of " + byWord.keySet(),
        doc,
        given -> words.isInstance(given) ? words.cast(given) : byWord.get(given.toString()));
  }

  /**
   * {@return a file or folder, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<Path> path(String name, String doc) {
    return of(
        name,
        "a path",
        doc,
        given -> given instanceof Path path ? path : Path.of(given.toString()));
  }

  /**
   * {@return a scale over the steps, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<Scale> scale(String name, String doc) {
    return of(
        name,
        "a number, ramp(first=…,last=…) or window(scale=…,from=…,to=…)",
        doc,
        given -> given instanceof Scale scale ? scale : Scale.parse(given.toString()));
  }

  /**
   * {@return another plugin with its options, required until {@link #or} gives it a default}
   *
   * @param name lower case letters, digits and {@code -}
   * @param doc the meaning of the option
   */
  public static Option<PluginSpec> plugin(String name, String doc) {
    return of(
        name,
        "name(key=value,…)",
        doc,
        given -> given instanceof PluginSpec spec ? spec : PluginSpec.parse(given.toString()));
  }

  /**
   * {@return this option with a default}
   *
   * @param fallback the value if none is given
   */
  public Option<T> or(T fallback) {
    return new Option<>(
        name, type, doc, reader, requireNonNull(fallback, "default"), fallback.toString());
  }

  /**
   * {@return this option as an optional one}
   *
   * @param otherwise what applies if it is omitted, for messages: "the model's own"
   */
  public Option<Optional<T>> optional(String otherwise) {
    return new Option<>(
        name,
        type,
        doc,
        given -> {
          T value = reader.apply(given);
          return value == null ? null : Optional.of(value);
        },
        Optional.empty(),
        requireNonNull(otherwise, "otherwise"));
  }

  /** {@return its name} */
  public String name() {
    return name;
  }

  /** {@return a description of valid values: "a number of at least 0.0"} */
  public String type() {
    return type;
  }

  /** {@return its meaning} */
  public String doc() {
    return doc;
  }

  /** {@return the value if none is given; null if a value is required} */
  public @Nullable T fallback() {
    return fallback;
  }

  /**
   * {@return the value of a user's input}
   *
   * @param owner the plugin with the option, for the message
   * @param given a string or a Java value
   * @throws IllegalArgumentException if the input is invalid
   */
  T read(String owner, Object given) {
    T value;
    try {
      value = reader.apply(given);
    } catch (NumberFormatException e) {
      value = null;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(rule(owner, given) + " (" + e.getMessage() + ")", e);
    }
    if (value == null) {
      throw new IllegalArgumentException(rule(owner, given));
    }
    return value;
  }

  private String rule(String owner, Object given) {
    return String.format(
        Locale.ROOT, "option \"%s\" of %s must be %s, but is: %s", name, owner, type, given);
  }

  /**
   * Describes the option in one line: {@code scale: a number of at least 0.0, default 0.5: how hard
   * to push}.
   */
  @Override
  public String toString() {
    String must = fallback == null ? ", required" : ", default " + otherwise;
    return name + ": " + type + must + ": " + doc;
  }
}
