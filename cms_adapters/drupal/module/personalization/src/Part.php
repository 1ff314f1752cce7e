<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * Which part of everything is asked for. Knows nothing of Drupal.
 */
final class Part {

  private const MOST = 100;

  private function __construct(public readonly int $after, public readonly int $limit) {}

  /**
   * Returns the part a query asks for, or NULL where it makes no sense.
   */
  public static function asked(string $cursor, string $limit): ?self {
    $sound = fn (string $text): bool => $text === '' || preg_match('/\A[0-9]{1,18}\z/', $text) === 1;
    if (!$sound($cursor) || !$sound($limit)) {
      return NULL;
    }
    $most = $limit === '' ? self::MOST : max(1, min((int) $limit, self::MOST));
    return new self((int) $cursor, $most);
  }

}
