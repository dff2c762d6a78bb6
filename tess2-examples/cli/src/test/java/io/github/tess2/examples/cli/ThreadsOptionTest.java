package io.github.tess2.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.engine.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --threads} on the real runtime: the number of threads while a command computes. */
final class ThreadsOptionTest {
  private static final Path MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  /** Numbers that are not the default on machines of any usual size. */
  private static final List<Integer> WANTED = List.of(3, 5);

  private final List<Integer> seen = new ArrayList<>();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    Host host =
        new Host() {
          @Override
          <T> T interruptibly(InterruptibleWork<T> work) {
            seen.add(Threads.count());
            return work.run(() -> false);
          }
        };
    return Main.commandLine(host, arguments)
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void generate_threads_areInForceUntilItEnds() {
    for (int wanted : WANTED) {
      int exit =
          run(
              "generate",
              "-q",
              "--model",
              MODEL.toString(),
              "--steps=1",
              "--threads=" + wanted,
              "Hi");
      assertThat(exit).as(err.toString()).isZero();
    }

    assertThat(seen).isEqualTo(WANTED);
  }

  @Test
  void baseline_threads_areInForceUntilItEnds(@TempDir Path folder) throws IOException {
    Path causal = causal(folder.resolve("model"));
    Path tasks =
        Files.writeString(
            folder.resolve("tasks.jsonl"),
            """
            {"id":"1","task":"arithmetic","key":"= 1+1","messages":[\
            {"role":"user","content":"What is 1 + 1?"},\
            {"role":"assistant","content":"1 + 1 = 2"}]}
            """);
    for (int wanted : WANTED) {
      int exit =
          run(
              "baseline",
              "--model=" + causal,
              "--tasks=" + tasks,
              "--length=2",
              "--threads=" + wanted);
      assertThat(exit).as(err.toString()).isZero();
    }

    assertThat(seen).isEqualTo(WANTED);
  }

  @Test
  void baseline_noThread_isRefused() {
    assertThat(run("baseline", "--model=x", "--tasks=y", "--threads=0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads must be at least 1, but is: 0");
  }

  /** The checkpoint without its timestep embedding, which is the last tensor of the file. */
  static Path causal(Path folder) throws IOException {
    Files.createDirectory(folder);
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(MODEL.resolve(name), folder.resolve(name));
    }
    ByteBuffer whole =
        ByteBuffer.wrap(Files.readAllBytes(MODEL.resolve("model.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) whole.getLong()];
    whole.get(header);
    JsonObject tensors = JsonParser.parseString(new String(header, UTF_8)).getAsJsonObject();
    int end =
        tensors
            .remove("timestep_embed.weight")
            .getAsJsonObject()
            .getAsJsonArray("data_offsets")
            .get(0)
            .getAsInt();
    byte[] shorter = tensors.toString().getBytes(UTF_8);
    ByteBuffer causal =
        ByteBuffer.allocate(Long.BYTES + shorter.length + end).order(ByteOrder.LITTLE_ENDIAN);
    causal.putLong(shorter.length).put(shorter).put(whole.slice().limit(end));
    Files.write(folder.resolve("model.safetensors"), causal.array());
    return folder;
  }
}
