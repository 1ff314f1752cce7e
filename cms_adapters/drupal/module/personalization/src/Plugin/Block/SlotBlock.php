<?php

declare(strict_types=1);

namespace Drupal\personalization\Plugin\Block;

use Drupal\Core\Block\BlockBase;
use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Extension\ModuleExtensionList;
use Drupal\Core\Form\FormStateInterface;
use Drupal\Core\Plugin\ContainerFactoryPluginInterface;
use Drupal\personalization\SlotElement;
use Symfony\Component\DependencyInjection\ContainerInterface;

/**
 * A slot: what is written into the block is what everybody sees until the server decides.
 *
 * @Block(
 *   id = "personalization_slot",
 *   admin_label = @Translation("Personalized slot"),
 *   category = @Translation("Personalization")
 * )
 */
final class SlotBlock extends BlockBase implements ContainerFactoryPluginInterface {

  public function __construct(
    array $configuration,
    $plugin_id,
    $plugin_definition,
    private readonly ConfigFactoryInterface $settings,
    private readonly ModuleExtensionList $modules,
  ) {
    parent::__construct($configuration, $plugin_id, $plugin_definition);
  }

  /**
   * {@inheritdoc}
   */
  public static function create(ContainerInterface $container, array $configuration, $plugin_id, $plugin_definition): self {
    return new self($configuration, $plugin_id, $plugin_definition, $container->get('config.factory'), $container->get('extension.list.module'));
  }

  /**
   * {@inheritdoc}
   */
  public function defaultConfiguration(): array {
    return ['slot' => '', 'pending' => TRUE, 'fallback' => ['value' => '', 'format' => NULL]];
  }

  /**
   * {@inheritdoc}
   */
  public function blockForm($form, FormStateInterface $form_state): array {
    $form['slot'] = [
      '#type' => 'textfield',
      '#title' => $this->t('Slot'),
      '#description' => $this->t('Its key on the server, like home.hero.'),
      '#default_value' => $this->configuration['slot'],
      '#maxlength' => 120,
      '#required' => TRUE,
    ];
    $form['fallback'] = [
      '#type' => 'text_format',
      '#title' => $this->t('What everybody may see'),
      '#default_value' => $this->configuration['fallback']['value'],
      '#format' => $this->configuration['fallback']['format'],
    ];
    $form['pending'] = [
      '#type' => 'checkbox',
      '#title' => $this->t('Wait for the decision, for two seconds at most'),
      '#default_value' => $this->configuration['pending'],
    ];
    return $form;
  }

  /**
   * {@inheritdoc}
   */
  public function blockValidate($form, FormStateInterface $form_state): void {
    if (!SlotElement::isKey((string) $form_state->getValue('slot'))) {
      $form_state->setErrorByName('slot', $this->t('Expected a key without spaces, quotes or commas.'));
    }
  }

  /**
   * {@inheritdoc}
   */
  public function blockSubmit($form, FormStateInterface $form_state): void {
    foreach (['slot', 'pending', 'fallback'] as $name) {
      $this->configuration[$name] = $form_state->getValue($name);
    }
  }

  /**
   * {@inheritdoc}
   */
  public function build(): array {
    $config = $this->settings->get('personalization.settings');
    $site = array_map('strval', ['server' => $config->get('server'), 'key' => $config->get('key'), 'consent' => $config->get('consent')]);
    $fallback = [
      '#type' => 'processed_text',
      '#text' => $this->configuration['fallback']['value'],
      '#format' => $this->configuration['fallback']['format'],
    ];
    $script = base_path() . $this->modules->getPath('personalization') . '/js/personalize.js';
    return SlotElement::build((string) $this->configuration['slot'], $fallback, (bool) $this->configuration['pending'], $site, $script);
  }

}
