package io.github.tess2.runtime.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** All families, by {@code model_type}. */
final class ModelFamilies {
  private static final SortedMap<String, ModelFamily> BY_TYPE = load();

  private ModelFamilies() {}

  private static SortedMap<String, ModelFamily> load() {
    SortedMap<String, ModelFamily> families = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (ModelFamily family :
        ServiceLoader.load(ModelFamily.class, ModelFamily.class.getClassLoader())) {
      ModelFamily other = families.put(family.modelType(), family);
      if (other != null) {
        throw new IllegalStateException(
            "model_type must belong to one family, but "
                + family.modelType()
                + " belongs to: "
                + other.getClass().getName()
                + " and "
                + family.getClass().getName());
      }
    }
    return families;
  }

  static Optional<ModelFamily> find(String modelType) {
    return Optional.ofNullable(BY_TYPE.get(modelType))
        .filter(family -> family.modelType().equals(modelType));
  }

  /** The family of a file. */
  static ModelFamily of(JsonFields config) {
    String type = config.text("model_type").orElse("");
    return find(type)
        .orElseThrow(
            () -> {
              config.required("model_type");
              return config.wrong("model_type", "must be " + names());
            });
  }

  /** The names of all families, as a message lists them: {@code "a", "b" or "c"}. */
  static String names() {
    List<String> names =
        BY_TYPE.values().stream().map(family -> '"' + family.modelType() + '"').toList();
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }
}
