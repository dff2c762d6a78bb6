package io.github.tess2.runtime.checkpoint;

import static java.util.Objects.requireNonNull;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.PeftName.Role;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects the tensors of a model and of an adapter under the model's own names, whatever names
 * PEFT has given them.
 */
final class ModelTensors {
  private final String folder;
  private final Optional<AdapterConfig> adapter;
  private final Map<String, Map<Role, StoredTensor>> byTarget = new LinkedHashMap<>();
  private final Set<String> adapterNames = new TreeSet<>();

  private ModelTensors(String folder, Optional<AdapterConfig> adapter) {
    this.folder = folder;
    this.adapter = adapter;
  }

  /**
   * Collects the tensors.
   *
   * @param folder what error messages call the folder
   * @param files the model's files, which may also contain an adapter's tensors
   * @param adapterFile the adapter's own file, if any
   * @param adapter the content of {@code adapter_config.json}, if there is one
   * @throws CheckpointException if an adapter is of an unsupported kind or does not fit
   */
  static Map<String, StoredTensor> of(
      String folder,
      Shards files,
      Optional<SafetensorsFile> adapterFile,
      Optional<AdapterConfig> adapter) {
    ModelTensors tensors = new ModelTensors(folder, adapter);
    files
        .byTensor()
        .forEach((name, file) -> tensors.add(PeftName.of(name), new StoredTensor(file, name)));
    if (tensors.hasAdapter() && adapterFile.isPresent()) {
      throw new CheckpointException(
          folder
              + ": must hold an adapter once, but holds one among the weights and one in "
              + adapterFile.get().path().getFileName());
    }
    adapterFile.ifPresent(tensors::addAdapter);
    return tensors.merged();
  }

  private boolean hasAdapter() {
    return byTarget.values().stream()
        .flatMap(roles -> roles.keySet().stream())
        .anyMatch(Role::isAdapters);
  }

  private void addAdapter(SafetensorsFile file) {
    for (String name : file.tensors().keySet()) {
      PeftName parts = PeftName.of(name);
      // A tensor that is not a factor was trained in full.
      Role role = parts.role().isAdapters() ? parts.role() : Role.SAVED;
      add(new PeftName(parts.target(), role, parts.adapter()), new StoredTensor(file, name));
    }
  }

  private void add(PeftName name, StoredTensor tensor) {
    if (name.role() == Role.UNSUPPORTED) {
      throw new CheckpointException(
          tensor.file().path()
              + ": adapter must consist of lora_A and lora_B, but has: "
              + tensor.info().name());
    }
    StoredTensor other =
        byTarget
            .computeIfAbsent(name.target(), target -> new EnumMap<>(Role.class))
            .putIfAbsent(name.role(), tensor);
    if (!name.adapter().isEmpty()) {
      adapterNames.add(name.adapter());
    }
    if (adapterNames.size() > 1) {
      throw new CheckpointException(folder + ": must hold one adapter, but holds: " + adapterNames);
    }
    if (other != null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must occur once, but occurs as %s and %s",
              folder,
              name.target(),
              other.info().name(),
              tensor.info().name()));
    }
  }

  private Map<String, StoredTensor> merged() {
    Map<String, StoredTensor> merged = new LinkedHashMap<>();
    byTarget.forEach((target, roles) -> merged.put(target, merged(target, roles)));
    return merged;
  }

  private StoredTensor merged(String target, Map<Role, StoredTensor> roles) {
    StoredTensor weight = roles.get(Role.SAVED);
    if (weight != null) {
      weight = weight.inPlaceOfAnother();
    } else {
      weight = only(target, roles);
    }
    Optional<LowRank> plain = lowRank(target, roles, Role.DOWN, Role.UP);
    Optional<LowRank> embedding = lowRank(target, roles, Role.EMBEDDING_DOWN, Role.EMBEDDING_UP);
    Optional<LowRank> addition = plain.or(() -> embedding);
    if (addition.isEmpty()) {
      return weight;
    }
    requireFit(target, weight, addition.get());
    return weight.with(addition.get());
  }

  /** The model's tensor, whatever its name. */
  private StoredTensor only(String target, Map<Role, StoredTensor> roles) {
    StoredTensor found = null;
    for (Role role : new Role[] {Role.PLAIN, Role.BASE, Role.ORIGINAL}) {
      StoredTensor tensor = roles.get(role);
      if (tensor != null && found != null) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s must occur once, but occurs as %s and %s",
                folder,
                target,
                found.info().name(),
                tensor.info().name()));
      }
      found = tensor == null ? found : tensor;
    }
    if (found == null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold the tensor %s that %s is for, but does not",
              folder,
              target,
              roles.values().iterator().next().info().name()));
    }
    return found;
  }

  private Optional<LowRank> lowRank(
      String target, Map<Role, StoredTensor> roles, Role first, Role second) {
    StoredTensor down = roles.get(first);
    StoredTensor up = roles.get(second);
    if (down == null && up == null) {
      return Optional.empty();
    }
    if (down == null || up == null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must hold both factors for %s, but holds only: %s",
              folder,
              target,
              requireNonNull(down == null ? up : down).info().name()));
    }
    AdapterConfig config =
        adapter.orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "%s: must hold %s, which says how much of the adapter to add (%s), but does"
                            + " not",
                        folder,
                        AdapterConfig.FILE,
                        down.info().name())));
    requireMatrix(down);
    requireMatrix(up);
    long rank = down.info().shape()[0];
    String module = target.substring(0, target.lastIndexOf('.'));
    return Optional.of(
        new LowRank(down, up, config.scale(module, rank), first == Role.EMBEDDING_DOWN));
  }

  private static void requireMatrix(StoredTensor factor) {
    TensorInfo info = factor.info();
    if (info.shape().length != 2 || !info.dtype().isWeight()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must be a matrix of F32, F16 or BF16, but is: %s %s",
              factor.file().path(),
              info.name(),
              info.dtype(),
              Arrays.toString(info.shape())));
    }
  }

  private static void requireFit(String target, StoredTensor weight, LowRank addition) {
    long[] down = addition.down().info().shape();
    long[] up = addition.up().info().shape();
    long[] product =
        addition.transposed() ? new long[] {down[1], up[0]} : new long[] {up[0], down[1]};
    if (down[0] != up[1] || !Arrays.equals(product, weight.info().shape())) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: factors for %s must make a product of the shape %s, but have: %s and %s",
              addition.down().file().path(),
              target,
              Arrays.toString(weight.info().shape()),
              Arrays.toString(up),
              Arrays.toString(down)));
    }
  }
}
