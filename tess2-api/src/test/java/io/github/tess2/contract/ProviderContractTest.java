package io.github.tess2.contract;

import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Provider;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every provider that is found by name must do. The contracts of the extension points inherit
 * it.
 *
 * @param <T> the type that the provider creates
 */
public abstract class ProviderContractTest<T> {
  private final Class<? extends Provider<T>> type;
  private final String kind;

  /**
   * Names the extension point under test.
   *
   * @param type the service that ServiceLoader finds
   * @param kind the word for a plugin of the type in messages
   */
  ProviderContractTest(Class<? extends Provider<T>> type, String kind) {
    this.type = type;
    this.kind = kind;
  }

  /** Returns the provider under test. */
  protected abstract Provider<T> provider();

  /** Returns the options to test it with; none unless overridden. */
  protected Map<String, ?> options() {
    return Map.of();
  }

  /** Creates a plugin with the options. */
  T create() {
    return create(provider());
  }

  /** Creates a plugin with the options. */
  T create(Provider<T> provider) {
    String owner = kind + " \"" + provider.name() + '"';
    return provider.create(OptionValues.of(owner, provider.options(), options()));
  }

  @Test
  void options_always_sayWhatTheyMean() {
    PluginChecks.optionsSayWhatTheyMean(provider());
  }

  @Test
  void options_always_haveDistinctNames() {
    PluginChecks.optionsHaveDistinctNames(provider());
  }

  @Test
  void name_always_isWellFormed() {
    PluginChecks.nameIsWellFormed(provider());
  }

  @Test
  void serviceLoader_byName_findsTheProvider() {
    found(type);
  }

  private <P extends Provider<T>> void found(Class<P> service) {
    PluginChecks.isFoundByName(service, service.cast(provider()));
  }
}
