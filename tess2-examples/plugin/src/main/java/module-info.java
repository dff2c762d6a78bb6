/** A plugin as a third party writes it: it needs the API only, and is found by name. */
// The digit is part of the product's name.
@SuppressWarnings("module")
module com.example.tess2plugin {
  requires static com.google.auto.service;
  requires io.github.tess2;
}
