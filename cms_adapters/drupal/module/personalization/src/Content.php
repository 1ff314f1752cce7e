<?php

declare(strict_types=1);

namespace Drupal\personalization;

use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Entity\EntityTypeManagerInterface;
use Drupal\Core\Render\RendererInterface;
use Drupal\Core\Session\AnonymousUserSession;
use Drupal\node\NodeInterface;

/**
 * Nodes as the server reads them: what an anonymous visitor may see of them, and no more.
 */
final class Content {

  public function __construct(
    private readonly EntityTypeManagerInterface $entities,
    private readonly RendererInterface $renderer,
    private readonly ConfigFactoryInterface $settings,
  ) {}

  /**
   * Returns a node in each of its languages, or in the one that is named.
   */
  public function one(int $id, string $kind, string $locale): array {
    $node = $this->entities->getStorage('node')->load($id);
    if (!$node instanceof NodeInterface || !$this->told($node) || ($kind !== '' && $kind !== self::kind($node))) {
      return [];
    }
    $languages = $locale === '' ? array_keys($node->getTranslationLanguages()) : [$locale];
    $here = array_filter($languages, [$node, 'hasTranslation']);
    return array_values(array_map(fn (string $language): array => $this->item($node->getTranslation($language)), $here));
  }

  /**
   * Returns the items of the next nodes after an id, and the id to go on after, or NULL.
   *
   * @return array{0: array[], 1: int|null}
   *   Both.
   */
  public function after(int $id, int $limit): array {
    // The token is the permission: whatever is not published is told without its content.
    $query = $this->entities->getStorage('node')->getQuery()->accessCheck(FALSE)->condition('nid', $id, '>')->sort('nid')->range(0, $limit);
    $found = array_values($query->execute());
    $items = array_merge([], ...array_map(fn ($one): array => $this->one((int) $one, '', ''), $found));
    return [$items, count($found) === $limit ? (int) end($found) : NULL];
  }

  /**
   * Returns whether nodes of this type are told of.
   */
  private function told(NodeInterface $node): bool {
    $types = $this->settings->get('personalization.settings')->get('types') ?: [];
    return $types === [] || in_array($node->bundle(), $types, TRUE);
  }

  /**
   * Returns the name of a node's type on the server.
   */
  private static function kind(NodeInterface $node): string {
    return 'node.' . $node->bundle();
  }

  /**
   * Returns one translation.
   */
  private function item(NodeInterface $node): array {
    // What some may see only is nothing to show to everybody.
    $shown = $node->isPublished() && $node->access('view', new AnonymousUserSession());
    $item = [
      'id' => (string) $node->id(),
      'kind' => self::kind($node),
      'locale' => $node->language()->getId(),
      'version' => Change::version((int) $node->getChangedTime(), (int) $node->getRevisionId()),
      'published' => $shown,
      'title' => $shown ? (string) $node->label() : '',
      'fields' => (object) [],
    ];
    if ($shown && $node->hasField('body') && !$node->get('body')->isEmpty()) {
      $build = $node->get('body')->view(['label' => 'hidden', 'type' => 'text_default']);
      $item['html'] = (string) $this->renderer->renderInIsolation($build);
    }
    return $shown ? $item + ['url' => $node->toUrl('canonical', ['absolute' => TRUE])->toString(TRUE)->getGeneratedUrl()] : $item;
  }

}
