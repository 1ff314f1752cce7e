<?php

declare(strict_types=1);

namespace Drupal\personalization;

/**
 * A message about content, as it waits in the queue. Knows nothing of Drupal.
 */
final class Message {

  /**
   * Returns what waits: an id that stays on every attempt, and the body that is signed.
   *
   * @return array{id: string, body: string}
   *   The item of the queue.
   */
  public static function about(string $uuid, string $type, string $id, string $bundle, string $locale, int $now): array {
    $data = ['id' => $id, 'kind' => "node.$bundle", 'locale' => $locale];
    $body = ['type' => $type, 'timestamp' => gmdate('Y-m-d\TH:i:s\Z', $now), 'data' => $data];
    return ['id' => 'msg_' . str_replace('-', '', $uuid), 'body' => json_encode($body, JSON_THROW_ON_ERROR)];
  }

  /**
   * Returns what an answer means: done, drop, or later.
   */
  public static function verdict(int $status): string {
    if ($status >= 200 && $status < 300) {
      return 'done';
    }
    return $status === 410 ? 'drop' : 'later';
  }

}
