package io.github.tess2.spi;

/** Makes a {@link PromptCache} that is found by name. */
public interface PromptCacheProvider extends Provider<PromptCache> {}
