package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BaselineCommandTest {
  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path folder;

  private Cli.Run baseline(String... more) throws IOException {
    Path tasks =
        Files.writeString(
            folder.resolve("tasks.jsonl"),
            """
            {"id":"1","task":"arithmetic","key":"= 1+1","messages":[\
            {"role":"user","content":"What is 1 + 1?"},\
            {"role":"assistant","content":"1 + 1 = 2"}]}
            """);
    Path model = folder.resolve("model");
    String[] arguments = new String[more.length + 4];
    arguments[0] = "baseline";
    arguments[1] = "--model=" + (Files.exists(model) ? model : ThreadsOptionTest.causal(model));
    arguments[2] = "--tasks=" + tasks;
    arguments[3] = "--length=6";
    System.arraycopy(more, 0, arguments, 4, more.length);
    return cli.run(arguments);
  }

  @Test
  void baseline_seeds_drawAnswersThatDiffer() throws IOException {
    Path answers = folder.resolve("answers.jsonl");

    Cli.Run run = baseline("--seeds=1,2", "--json", "--answers=" + answers);

    assertThat(run.exit()).as(run.err()).isZero();
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(json.get("seeds").toString()).isEqualTo("[1,2]");
    assertThat(json.get("prompts").getAsInt()).isEqualTo(1);
    assertThat(Files.readAllLines(answers)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void baseline_lowTemperature_drawsTheLikeliest() throws IOException {
    Path likeliest = folder.resolve("likeliest.jsonl");
    Path drawn = folder.resolve("drawn.jsonl");

    baseline("--answers=" + likeliest);
    baseline("--seeds=1", "--temperature=0.0001", "--answers=" + drawn);

    assertThat(drawn).hasSameTextualContentAs(likeliest);
  }

  @Test
  void baseline_temperatureWithoutSeeds_isAUsageError() throws IOException {
    Cli.Run run = baseline("--temperature=2");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--temperature needs --seeds");
  }

  @Test
  void baseline_temperatureOfZero_isAUsageError() throws IOException {
    Cli.Run run = baseline("--seeds=1", "--temperature=0");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--temperature must be greater than zero, but is: 0.0");
  }

  @Test
  void baseline_finish_answersBeginAsTheReferenceDoes() throws IOException {
    Path answers = folder.resolve("answers.jsonl");

    Cli.Run run = baseline("--finish=1", "--answers=" + answers);

    assertThat(run.exit()).as(run.err()).isZero();
    JsonObject answer = JsonParser.parseString(Files.readString(answers)).getAsJsonObject();
    assertThat(answer.get("generated").getAsString()).startsWith("1 + 1 =");
  }
}
