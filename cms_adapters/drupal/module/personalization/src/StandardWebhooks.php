<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * Standard Webhooks 1.0: signs what leaves and checks what comes. Knows nothing of Drupal.
 */
final class StandardWebhooks {

  public const TOLERANCE = 300;
  private const PREFIX = 'whsec_';
  private const SHORTEST = 16;
  private const LONGEST = 64;

  /**
   * Returns the key a secret stands for, or NULL where it is none.
   */
  public static function key(string $secret): ?string {
    if (!str_starts_with($secret, self::PREFIX)) {
      return NULL;
    }
    $key = base64_decode(substr($secret, strlen(self::PREFIX)), TRUE);
    $size = $key === FALSE ? 0 : strlen($key);
    return $size >= self::SHORTEST && $size <= self::LONGEST ? $key : NULL;
  }

  /**
   * Returns the three headers of a delivery, signed by each secret that is one.
   *
   * @param string $id
   *   The message's id, the same on every attempt.
   * @param int $at
   *   Seconds since 1970.
   * @param string $body
   *   The raw body.
   * @param string[] $secrets
   *   The secrets.
   *
   * @return array<string, string>
   *   The headers.
   */
  public static function headers(string $id, int $at, string $body, array $secrets): array {
    $keys = array_filter(array_map([self::class, 'key'], $secrets), 'is_string');
    $signatures = array_map(fn (string $key): string => self::signature($id, (string) $at, $body, $key), $keys);
    return [
      'webhook-id' => $id,
      'webhook-timestamp' => (string) $at,
      'webhook-signature' => implode(' ', $signatures),
    ];
  }

  /**
   * Returns what is wrong with a delivery (unsigned, stale, signature), or an empty text.
   *
   * @param string $id
   *   The header webhook-id.
   * @param string $timestamp
   *   The header webhook-timestamp.
   * @param string $given
   *   The header webhook-signature.
   * @param string $body
   *   The raw body.
   * @param string[] $secrets
   *   The secrets that count now.
   * @param int $now
   *   Seconds since 1970.
   */
  public static function fault(string $id, string $timestamp, string $given, string $body, array $secrets, int $now): string {
    if ($id === '' || $given === '' || !preg_match('/\A[0-9]{1,12}\z/', $timestamp)) {
      return 'unsigned';
    }
    if (abs($now - (int) $timestamp) > self::TOLERANCE) {
      return 'stale';
    }
    $right = FALSE;
    foreach (array_filter(array_map([self::class, 'key'], $secrets), 'is_string') as $key) {
      $wanted = self::signature($id, $timestamp, $body, $key);
      foreach (explode(' ', $given) as $one) {
        $right = hash_equals($wanted, $one) || $right;
      }
    }
    return $right ? '' : 'signature';
  }

  /**
   * Returns one signature.
   */
  private static function signature(string $id, string $at, string $body, string $key): string {
    return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, TRUE));
  }

}
