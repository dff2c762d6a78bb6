package io.github.tess2.examples.cli;

import com.google.common.collect.ImmutableMap;
import io.github.tess2.examples.benchmark.BenchmarkCommand;
import io.github.tess2.examples.options.OptionChecks;
import io.github.tess2.examples.tasks.DataCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's entry point. */
@Command(
    name = "tess2",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    description = "Generates text by simplex diffusion, and trains the models that do.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:failure: one line on stderr says why",
      "2:the command line is wrong",
      "130:it was interrupted"
    })
public final class Main implements Runnable {
  /** The exit code that shells report for a process ended by Ctrl-C. */
  static final int INTERRUPTED = 130;

  /** The commands by name, in the order of the help. */
  private static final ImmutableMap<String, Function<Host, Object>> COMMANDS =
      ImmutableMap.<String, Function<Host, Object>>builder()
          .put("generate", GenerateCommand::new)
          .put("stream", StreamCommand::new)
          .put("chat", ChatCommand::new)
          .put("infill", InfillCommand::new)
          .put("serve", ServeCommand::new)
          .put("inspect", host -> new InspectCommand())
          .put("plugins", host -> new PluginsCommand())
          .put("train", TrainCommand::new)
          .put("recipe", RecipeCommand::new)
          .put("curves", host -> new CurvesCommand())
          .put("data", host -> new DataCommand())
          .put("benchmark", host -> new BenchmarkCommand())
          .put("evaluate", EvaluateCommand::new)
          .put("baseline", BaselineCommand::new)
          .put(
              "claims",
              host ->
                  new CommandLine(new ClaimsCommand())
                      .addSubcommand(new GuidanceClaimCommand(host)))
          .buildOrThrow();

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  @Option(
      names = "--plugins",
      paramLabel = "PATH",
      scope = ScopeType.INHERIT,
      description =
          "Jars with plugins, separated as in a class path. Or start with java -cp"
              + " tess2.jar:plugin.jar io.github.tess2.examples.cli.Main.")
  private @Nullable String plugins;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  private Main() {}

  /**
   * Runs a command and ends the process.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    CommandLine commandLine = commandLine(new Host(), args);
    LocaleWriter out = localeWriter(FileDescriptor.out);
    LocaleWriter err = localeWriter(FileDescriptor.err);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    System.exit(run(commandLine, args, out));
  }

  private static int run(CommandLine commandLine, String[] args, LocaleWriter out) {
    @Nullable String wrong = CommandLineText.wrong(args);
    if (wrong != null) {
      commandLine.getErr().println("tess2: " + wrong);
      return CommandLine.ExitCode.USAGE;
    }
    int code = commandLine.execute(args);
    @Nullable String loss = out.loss();
    if (loss != null) {
      commandLine.getErr().println("tess2: " + loss);
    }
    return code;
  }

  /**
   * Builds the command line.
   *
   * @param args the arguments that it will run; if they need all commands, as the help does, all
   *     are built
   */
  static CommandLine commandLine(Host host, String... args) {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    commands(args).forEach(command -> commandLine.addSubcommand(command.apply(host)));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionStrategy(main::runWithPlugins);
    commandLine.setParameterExceptionHandler((e, rest) -> Errors.usage(e));
    commandLine.setExecutionExceptionHandler(
        (e, command, parsed) -> Errors.failure(e, command, main.verbose));
    return commandLine;
  }

  /**
   * The commands to build. Picocli takes a third of a second to read the annotations of all
   * commands, so only the command that runs is built.
   */
  private static Collection<Function<Host, Object>> commands(String[] args) {
    @Nullable Function<Host, Object> named = args.length == 0 ? null : COMMANDS.get(args[0]);
    return named == null ? COMMANDS.values() : List.of(named);
  }

  private int runWithPlugins(ParseResult parsed) {
    if (plugins != null) {
      String path = plugins;
      OptionChecks.check(spec, () -> PluginPath.install(path));
    }
    try {
      return new RunLast().execute(parsed);
    } catch (Error e) {
      // Picocli handles exceptions only. Users must also see errors, such as lack of memory or a
      // library that does not load.
      List<CommandLine> commands = parsed.asCommandLineList();
      return Errors.failure(e, commands.get(commands.size() - 1), verbose);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: " + spec.subcommands().keySet());
  }

  private static LocaleWriter localeWriter(FileDescriptor stream) {
    String named = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
    Charset charset = named == null ? Charset.defaultCharset() : Charset.forName(named);
    return new LocaleWriter(new FileOutputStream(stream), charset);
  }
}
