<?php

declare(strict_types=1);

namespace Drupal\personalization\Controller;

use Drupal\Component\Datetime\TimeInterface;
use Drupal\Core\Cache\CacheTagsInvalidatorInterface;
use Drupal\Core\DependencyInjection\ContainerInjectionInterface;
use Drupal\personalization\GenerationGuard;
use Drupal\personalization\Secrets;
use Drupal\personalization\Seen;
use Drupal\personalization\SlotElement;
use Drupal\personalization\StandardWebhooks;
use Symfony\Component\DependencyInjection\ContainerInterface;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

/**
 * Hears the server: verifies over the raw bytes, then invalidates the tags of the slots that changed.
 */
final class HookController implements ContainerInjectionInterface {

  private const LARGEST = 65536;

  public function __construct(
    private readonly Secrets $secrets,
    private readonly Seen $seen,
    private readonly CacheTagsInvalidatorInterface $tags,
    private readonly TimeInterface $time,
  ) {}

  /**
   * {@inheritdoc}
   */
  public static function create(ContainerInterface $container): self {
    return new self($container->get('personalization.secrets'), $container->get('personalization.seen'), $container->get('cache_tags.invalidator'), $container->get('datetime.time'));
  }

  /**
   * Answers with what came of a message.
   */
  public function hear(Request $request): JsonResponse {
    $body = $request->getContent();
    $secrets = $this->secrets->incoming();
    if ($secrets === []) {
      return self::no('no_secret', 503);
    }
    if (strlen($body) > self::LARGEST) {
      return self::no('too_large', 413);
    }
    $told = array_map(fn (string $name): string => (string) $request->headers->get("webhook-$name", ''), ['id', 'timestamp', 'signature']);
    $fault = StandardWebhooks::fault($told[0], $told[1], $told[2], $body, $secrets, $this->time->getCurrentTime());
    if ($fault !== '') {
      return self::no($fault, 401);
    }
    return $this->seen->has($told[0]) ? self::yes('duplicate') : $this->act($told[0], json_decode($body, TRUE));
  }

  /**
   * Invalidates what a message says is old.
   */
  private function act(string $id, mixed $said): JsonResponse {
    $data = is_array($said) ? ($said['data'] ?? NULL) : NULL;
    if (!is_array($said) || !is_string($said['type'] ?? NULL) || !is_array($data)) {
      return self::no('malformed', 400);
    }
    if (!is_int($data['generation'] ?? NULL)) {
      return self::yes('ignored');
    }
    $given = is_array($data['slots'] ?? NULL) ? $data['slots'] : [];
    $slots = array_values(array_filter($given, fn (mixed $slot): bool => is_string($slot) && SlotElement::isKey($slot)));
    $news = $this->seen->admit($data['generation'], $slots);
    if ($news === NULL) {
      return self::no('busy', 503);
    }
    $this->tags->invalidateTags(GenerationGuard::tags($news));
    $this->seen->keep($id);
    return self::yes($news === [] ? 'stale' : 'done');
  }

  /**
   * Answers 200.
   */
  private static function yes(string $outcome): JsonResponse {
    return new JsonResponse(['outcome' => $outcome]);
  }

  /**
   * Refuses.
   */
  private static function no(string $code, int $status): JsonResponse {
    return new JsonResponse(['code' => $code], $status);
  }

}
