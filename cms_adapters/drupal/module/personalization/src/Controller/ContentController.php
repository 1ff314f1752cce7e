<?php

declare(strict_types=1);

namespace Drupal\personalization\Controller;

use Drupal\Core\DependencyInjection\ContainerInjectionInterface;
use Drupal\personalization\Content;
use Drupal\personalization\Part;
use Drupal\personalization\Secrets;
use Symfony\Component\DependencyInjection\ContainerInterface;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

/**
 * Answers the server for content, to whoever has the token.
 */
final class ContentController implements ContainerInjectionInterface {

  public function __construct(private readonly Secrets $secrets, private readonly Content $content) {}

  /**
   * {@inheritdoc}
   */
  public static function create(ContainerInterface $container): self {
    return new self($container->get('personalization.secrets'), $container->get('personalization.content'));
  }

  /**
   * Answers for one entry.
   */
  public function one(Request $request, string $id): JsonResponse {
    if (!$this->may($request)) {
      return self::refused();
    }
    $items = $this->content->one((int) $id, (string) $request->query->get('kind', ''), (string) $request->query->get('locale', ''));
    return $items === [] ? self::answer(['code' => 'not_found'], 404) : self::answer(['items' => $items]);
  }

  /**
   * Answers for everything, part by part.
   */
  public function all(Request $request): JsonResponse {
    if (!$this->may($request)) {
      return self::refused();
    }
    $part = Part::asked((string) $request->query->get('cursor', ''), (string) $request->query->get('limit', ''));
    if ($part === NULL) {
      return self::answer(['code' => 'malformed', 'message' => 'expected limit and cursor as numbers'], 400);
    }
    [$items, $next] = $this->content->after($part->after, $part->limit);
    return self::answer(['items' => $items] + ($next === NULL ? [] : ['next' => (string) $next]));
  }

  /**
   * Returns whether the request has the token; compared in constant time.
   */
  private function may(Request $request): bool {
    $token = $this->secrets->get('token');
    return $token !== '' && hash_equals("Bearer $token", (string) $request->headers->get('Authorization', ''));
  }

  /**
   * Refuses.
   */
  private static function refused(): JsonResponse {
    return self::answer(['code' => 'unauthorized'], 401);
  }

  /**
   * Answers; no cache may keep it.
   */
  private static function answer(array $told, int $status = 200): JsonResponse {
    return new JsonResponse($told, $status, ['Cache-Control' => 'no-store']);
  }

}
