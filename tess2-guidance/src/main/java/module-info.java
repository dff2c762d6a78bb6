/** Guidance that ships with the library, found by name or used directly. */
// The digit is part of the product's name.
@SuppressWarnings("module")
module io.github.tess2.guidance {
  requires static com.google.auto.service;
  requires transitive io.github.tess2;
}
