package io.github.tess2.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.tess2.CheckpointException;
import io.github.tess2.Precision;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter.TensorSpec;
import io.github.tess2.runtime.checkpoint.TensorType;
import io.github.tess2.runtime.checkpoint.TokenizerFolder;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.JsonProblem;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.graph.Graph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A run's checkpoints on disk: folders {@code step-N} that each contain a model in the Hugging Face
 * layout and, under {@code training/}, what the run needs to resume. A folder is written under
 * another name and renamed when it is complete and on disk, and only then the previous one is
 * deleted. So whenever the process is killed or the machine loses power, the last good checkpoint
 * exists.
 */
final class TrainingState {
  /** The field of a run for the precision in which its passes compute. */
  static final String PRECISION = "precision";

  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String OPTIMIZER = "training/optimizer.safetensors";

  /** All files that a checkpoint may have, relative to its folder. */
  static final ImmutableList<String> FILES =
      ImmutableList.<String>builder()
          .add(CONFIG, WEIGHTS, OPTIMIZER, RunFolder.STATE)
          .addAll(TokenizerFolder.FILES)
          .build();

  private final Graph graph;
  private final NDManager manager;
  private final Path output;
  private final ModelConfig config;
  private final Path tokenizer;
  private final TensorType stored;

  /**
   * Creates the state.
   *
   * @param tokenizer the folder whose tokenizer files are copied
   * @param stored the format in which the model's weights are written; the run's own are float32
   */
  TrainingState(
      Graph graph,
      NDManager manager,
      Path output,
      ModelConfig config,
      Path tokenizer,
      TensorType stored) {
    this.graph = graph;
    this.manager = manager;
    this.output = output;
    this.config = config;
    this.tokenizer = tokenizer;
    this.stored = stored;
  }

  /** Writes a step's checkpoint if it does not exist, and deletes earlier ones. */
  Path save(int step, JsonObject run, Weights weights, Tensors means, Tensors squares) {
    Path target = RunFolder.checkpoint(output, step);
    Path work = RunFolder.unfinished(output, step);
    if (RunFolder.isCheckpoint(target)) {
      return target;
    }
    try {
      RunFolder.deleteUnfinished(work);
      Files.createDirectories(work.resolve("training"));
      writeModel(work, weights);
      writeMoments(work, weights.trained(), means, squares);
      Durable.write(stateFile(work), run.toString().getBytes(UTF_8));
      Durable.forceFolder(work.resolve("training"));
      Durable.forceFolder(work);
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      Durable.forceFolder(output);
      RunFolder.deleteOthers(output, target);
      return target;
    } catch (IOException e) {
      throw new Tess2Exception(
          "the checkpoint cannot be written: " + target + " (" + FileProblem.of(e) + ")", e);
    }
  }

  private void writeModel(Path folder, Weights weights) throws IOException {
    Durable.write(folder.resolve(CONFIG), config.toJson().getBytes(UTF_8));
    for (String name : TokenizerFolder.FILES) {
      if (Files.exists(tokenizer.resolve(name))) {
        Durable.write(folder.resolve(name), Files.readAllBytes(tokenizer.resolve(name)));
      }
    }
    Map<String, Function<NDManager, NDArray>> sources = new HashMap<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < weights.layout().size(); i++) {
      int index = i;
      int row = 0;
      for (ModelWeight.Source source : weights.layout().get(i).sources()) {
        int from = row;
        sources.put(source.name(), scope -> weights.merged(graph, scope, index, from, source));
        specs.add(new TensorSpec(source.name(), stored, source.shape()));
        row += source.rows();
      }
    }
    DType dtype = stored == TensorType.BF16 ? DType.BFLOAT16 : DType.FLOAT32;
    SafetensorsWriter.write(
        folder.resolve(WEIGHTS),
        Map.of("format", "pt"),
        specs,
        spec -> bytes(requireNonNull(sources.get(spec.name())), dtype));
  }

  private ByteBuffer bytes(Function<NDManager, NDArray> source, DType dtype) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray value = source.apply(scope);
      return graph.toBytes(scope, value, dtype).toByteBuffer();
    }
  }

  private void writeMoments(Path folder, Tensors weights, Tensors means, Tensors squares) {
    Map<String, Function<NDManager, NDArray>> sources = new HashMap<>();
    List<TensorSpec> specs = new ArrayList<>();
    add("weights", weights, sources, specs);
    add("means", means, sources, specs);
    add("squares", squares, sources, specs);
    SafetensorsWriter.write(
        folder.resolve(OPTIMIZER),
        Map.of(),
        specs,
        spec -> bytes(requireNonNull(sources.get(spec.name())), DType.FLOAT32));
  }

  /** The order is that of the file and is the same in every run. */
  private static void add(
      String group,
      Tensors tensors,
      Map<String, Function<NDManager, NDArray>> sources,
      List<TensorSpec> specs) {
    for (int i = 0; i < tensors.layout().size(); i++) {
      String name = group + "/" + i;
      NDArray value = tensors.value(i);
      sources.put(name, scope -> value);
      specs.add(new TensorSpec(name, TensorType.F32, tensors.layout().get(i).shape()));
    }
  }

  /** Reads the run that was passed to {@link #save}. */
  static JsonObject run(Path checkpoint) {
    Path file = stateFile(checkpoint);
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + FileProblem.of(e), e);
    }
    try {
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new CheckpointException(
          file + ": must be a JSON object, but is not: " + JsonProblem.of(e, text), e);
    }
  }

  /**
   * Returns the precision in which a run's passes compute, if it has a checkpoint that says so;
   * those of earlier versions do not. The run's settings may say {@link Precision#AUTO}, which
   * differs between machines.
   */
  static Optional<Precision> precision(Path output) {
    return RunFolder.newest(output).flatMap(TrainingState::precisionOf);
  }

  private static Optional<Precision> precisionOf(Path checkpoint) {
    JsonElement name = run(checkpoint).get(PRECISION);
    if (name == null) {
      return Optional.empty();
    }
    for (Precision precision : List.of(Precision.BF16, Precision.FP32)) {
      if (name.equals(new JsonPrimitive(precision.name()))) {
        return Optional.of(precision);
      }
    }
    throw new CheckpointException(
        String.format(
            Locale.ROOT,
            "%s: %s must be BF16 or FP32, but is: %s",
            stateFile(checkpoint),
            PRECISION,
            name));
  }

  private static Path stateFile(Path checkpoint) {
    return checkpoint.resolve(RunFolder.STATE);
  }

  /** Overwrites the trained tensors and moments with those of a checkpoint, in float32. */
  static void restore(Path checkpoint, Tensors weights, Tensors means, Tensors squares) {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(OPTIMIZER))) {
      restore(file, "weights", weights);
      restore(file, "means", means);
      restore(file, "squares", squares);
    }
  }

  private static void restore(SafetensorsFile file, String group, Tensors tensors) {
    for (int i = 0; i < tensors.layout().size(); i++) {
      String name = group + "/" + i;
      if (file.info(name).elementCount() != tensors.layout().get(i).elements()) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s: %s must have %d elements, but has: %d",
                file.path(),
                name,
                tensors.layout().get(i).elements(),
                file.info(name).elementCount()));
      }
      ByteBuffer data = ByteBuffer.allocateDirect((int) file.info(name).byteCount());
      // A copy, because the tensor keeps using the memory that it is given.
      data.order(ByteOrder.nativeOrder());
      file.read(name, data::put);
      data.flip();
      tensors.value(i).set(data);
    }
  }
}
