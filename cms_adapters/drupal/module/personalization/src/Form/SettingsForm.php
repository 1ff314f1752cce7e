<?php

declare(strict_types=1);

namespace Drupal\personalization\Form;

use Drupal\Component\Utility\UrlHelper;
use Drupal\Core\Form\ConfigFormBase;
use Drupal\Core\Form\FormStateInterface;

/**
 * The server, its publishable key, and which keys hold the secrets.
 */
final class SettingsForm extends ConfigFormBase {

  private const NAME = 'personalization.settings';

  /**
   * {@inheritdoc}
   */
  protected function getEditableConfigNames(): array {
    return [self::NAME];
  }

  /**
   * {@inheritdoc}
   */
  public function getFormId(): string {
    return 'personalization_settings';
  }

  /**
   * {@inheritdoc}
   */
  public function buildForm(array $form, FormStateInterface $form_state): array {
    $config = $this->config(self::NAME);
    $texts = [
      'server' => [$this->t('Server'), $this->t('Its address, like https://personalization.example.org.')],
      'key' => [$this->t('Publishable key'), $this->t('pk_..., everybody can read it in the page.')],
      'hook' => [$this->t('Address for our messages'), $this->t("The address of this site among the server's sources.")],
    ];
    foreach ($texts as $name => [$title, $description]) {
      $form[$name] = ['#type' => 'textfield', '#title' => $title, '#description' => $description, '#default_value' => $config->get($name)];
    }
    $form['consent'] = [
      '#type' => 'select',
      '#title' => $this->t('Consent'),
      '#options' => ['ask' => $this->t('nothing until the visitor agrees'), 'granted' => $this->t('agreed until the visitor objects')],
      '#default_value' => $config->get('consent'),
    ];
    return parent::buildForm($form + ['keys' => $this->keys()], $form_state);
  }

  /**
   * Returns the choice of keys, where the Key module is there; else says where secrets stand.
   */
  private function keys(): array {
    $told = $this->t('Secrets stand in settings.php: @line', ['@line' => "\$settings['personalization'] = ['incoming' => 'whsec_...', 'outgoing' => 'whsec_...', 'token' => '...'];"]);
    $form = ['#type' => 'details', '#title' => $this->t('Secrets'), '#open' => TRUE, '#tree' => TRUE, 'told' => ['#markup' => $told]];
    if (!\Drupal::moduleHandler()->moduleExists('key')) {
      return $form;
    }
    $names = [
      'incoming' => $this->t("Secret of the server's messages"),
      'former' => $this->t('The secret before it'),
      'outgoing' => $this->t('Secret of our messages'),
      'token' => $this->t('Token that content is read with'),
    ];
    foreach ($names as $name => $title) {
      $form[$name] = ['#type' => 'key_select', '#title' => $title, '#default_value' => $this->config(self::NAME)->get("keys.$name"), '#empty_option' => $this->t('- None -')];
    }
    return $form;
  }

  /**
   * {@inheritdoc}
   */
  public function validateForm(array &$form, FormStateInterface $form_state): void {
    foreach (['server', 'hook'] as $name) {
      $typed = (string) $form_state->getValue($name);
      if ($typed !== '' && !(UrlHelper::isValid($typed, TRUE) && preg_match('#\Ahttps?://#', $typed))) {
        $form_state->setErrorByName($name, $this->t('Expected an address that begins with https://.'));
      }
    }
    $key = (string) $form_state->getValue('key');
    if ($key !== '' && !str_starts_with($key, 'pk_')) {
      $form_state->setErrorByName('key', $this->t('Expected a publishable key, pk_...'));
    }
  }

  /**
   * {@inheritdoc}
   */
  public function submitForm(array &$form, FormStateInterface $form_state): void {
    $config = $this->config(self::NAME);
    foreach (['server', 'key', 'hook', 'consent'] as $name) {
      $config->set($name, trim((string) $form_state->getValue($name)));
    }
    foreach (['incoming', 'former', 'outgoing', 'token'] as $name) {
      $config->set("keys.$name", (string) ($form_state->getValue(['keys', $name]) ?? $config->get("keys.$name")));
    }
    $config->save();
    parent::submitForm($form, $form_state);
  }

}
