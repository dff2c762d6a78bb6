package io.github.tess2.examples.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Suggests what unmatched arguments should probably have been. */
final class Unmatched {
  /** One letter in so many of a name may differ. */
  private static final int LETTERS_PER_SLIP = 3;

  /**
   * Not the spelling of any option. It may be a prompt that begins with a dash or a negative
   * number.
   */
  private static final Pattern TEXT = Pattern.compile("-(.*\\s.*|[\\d.,].*|)", Pattern.DOTALL);

  private Unmatched() {}

  /** The message, on one line. */
  static String problem(UnmatchedArgumentException e) {
    CommandLine command = e.getCommandLine();
    String first = e.getUnmatched().get(0);
    if (TEXT.matcher(first).matches()) {
      return "unknown option: "
          + oneLine(first)
          + "; put -- before a prompt that begins with a dash";
    }
    if (first.startsWith("-")) {
      return option(command, first.replaceFirst("=.*", ""));
    }
    return command.getSubcommands().isEmpty()
        ? surplus(command, e.getUnmatched())
        : command(command, first);
  }

  private static String command(CommandLine command, String name) {
    List<String> names = List.copyOf(command.getSubcommands().keySet());
    return "unknown command: "
        + oneLine(name)
        + nearest(name, names)
            .map(found -> "; did you mean " + found + "?")
            .orElseGet(() -> "; the commands are: " + String.join(", ", names));
  }

  private static String option(CommandLine command, String name) {
    String problem = "unknown option: " + oneLine(name);
    Optional<String> near = nearest(name, options(command));
    if (near.isPresent()) {
      return problem + "; did you mean " + near.get() + "?";
    }
    for (Map.Entry<String, CommandLine> other : command.getSubcommands().entrySet()) {
      if (options(other.getValue()).contains(name)) {
        return problem + "; it belongs after a command, such as " + other.getKey();
      }
    }
    return problem;
  }

  private static String surplus(CommandLine command, List<String> arguments) {
    List<String> all = new ArrayList<>();
    CommandSpec spec = command.getCommandSpec();
    spec.positionalParameters()
        .forEach(parameter -> parameter.originalStringValues().forEach(all::add));
    all.addAll(arguments);
    int taken = all.size() - arguments.size();
    return taken == 0
        ? "takes no arguments, but was given: " + oneLine(String.join(" ", arguments))
        : String.format(
            Locale.ROOT,
            "%d arguments, but it takes %d; if they are one, quote it: %s",
            all.size(),
            taken,
            oneLine(Quoting.quoted(all)));
  }

  private static List<String> options(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  /** The closest of some names, ignoring dashes, if it is close enough to be meant. */
  private static Optional<String> nearest(String given, List<String> names) {
    String bare = bare(given);
    return names.stream()
        .filter(name -> bare(name).length() > 1)
        .filter(name -> distance(bare, bare(name)) <= slips(bare(name)))
        .min(Comparator.comparingInt(name -> distance(bare, bare(name))));
  }

  private static int slips(String name) {
    return Math.max(1, name.length() / LETTERS_PER_SLIP);
  }

  private static String bare(String name) {
    return name.replaceFirst("^-+", "").toLowerCase(Locale.ROOT);
  }

  /**
   * The Damerau distance: how many letters must be inserted, removed, changed or swapped with the
   * next.
   */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
            Math.min(steps[i - 1][j - 1] + change, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, steps[i - 2][j - 2] + 1);
        }
        steps[i][j] = least;
      }
    }
    return steps[a.length()][b.length()];
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
