package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.Doubles;
import java.util.List;
import java.util.Locale;

/** The built-in {@link Scale}s. {@link #parse} reads what their {@code toString} returns. */
final class Scales {
  private static final Option<Double> FIRST =
      Option.number("first", -Double.MAX_VALUE, Double.MAX_VALUE, "the scale at the first step");
  private static final Option<Double> LAST =
      Option.number("last", -Double.MAX_VALUE, Double.MAX_VALUE, "the scale at the last step");
  private static final Option<Double> FROM =
      Option.number("from", 0, 1, "where the window begins, as a part of the run").or(0.0);
  private static final Option<Double> TO =
      Option.number("to", 0, 1, "where the window ends, as a part of the run").or(1.0);

  private Scales() {}

  static Scale parse(String text) {
    Double number = Doubles.tryParse(text);
    if (number != null) {
      return Scale.constant(number);
    }
    PluginSpec spec = PluginSpec.parse(text);
    String owner = "scale \"" + spec.name() + "\"";
    switch (spec.name()) {
      case "ramp" -> {
        OptionValues values = OptionValues.of(owner, List.of(FIRST, LAST), spec.options());
        return Scale.ramp(values.get(FIRST), values.get(LAST));
      }
      case "window" -> {
        // Made here: the class of Scale must not need that of an option of it to be initialised.
        Option<Scale> inside = Option.scale("scale", "the scale inside");
        OptionValues values = OptionValues.of(owner, List.of(inside, FROM, TO), spec.options());
        return Scale.window(values.get(inside), values.get(FROM), values.get(TO));
      }
      default ->
          throw new IllegalArgumentException(
              "a scale must be a number, ramp(…) or window(…), but is: " + text);
    }
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, but is: " + value);
    }
  }

  record Constant(double scale) implements Scale {
    Constant {
      requireFinite("scale", scale);
    }

    @Override
    public double at(int step, int total) {
      return scale;
    }

    @Override
    public String toString() {
      return Double.toString(scale);
    }
  }

  record Ramp(double first, double last) implements Scale {
    Ramp {
      requireFinite("first scale", first);
      requireFinite("last scale", last);
    }

    @Override
    public double at(int step, int total) {
      return total == 1 ? first : first + (last - first) * (step - 1) / (total - 1);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "ramp(first=%s,last=%s)", first, last);
    }
  }

  record Window(Scale inside, double from, double to) implements Scale {
    Window {
      requireNonNull(inside, "inside");
      if (!(from >= 0 && from <= to && to <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a window must lie in [0, 1] and not end before it begins, but is: [%s, %s]",
                from,
                to));
      }
    }

    @Override
    public double at(int step, int total) {
      // The middle of the step, so that windows that meet share no step and leave none out.
      double time = (step - 0.5) / total;
      return time >= from && time < to ? inside.at(step, total) : 0;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "window(scale=%s,from=%s,to=%s)", inside, from, to);
    }
  }
}
