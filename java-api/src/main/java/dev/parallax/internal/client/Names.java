package dev.parallax.internal.client;

import java.security.SecureRandom;

/** Random names of tables and views. */
public final class Names {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int LENGTH = 21;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Names() {}

  /** A name that nobody else has, as far as 120 random bits can tell. */
  public static String random() {
    StringBuilder name = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      name.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return name.toString();
  }
}
