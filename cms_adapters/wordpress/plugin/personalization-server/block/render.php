<?php
/**
 * Prints the block: the fallback in an element that names its slot; the same for every visitor.
 *
 * @package PersonalizationServer
 *
 * @var array<string,mixed> $attributes The block's attributes.
 * @var string              $content    The inner blocks, rendered.
 */

defined( 'ABSPATH' ) || exit;

$pzsrv_slot = isset( $attributes['slot'] ) ? (string) $attributes['slot'] : '';
$pzsrv_said = PersonalizationServer\Slot_Markup::attributes( $pzsrv_slot, ! empty( $attributes['pending'] ) );

// Both texts are escaped where they are made, and $content comes out of WordPress's own rendering.
printf( '<div %s %s>%s</div>', get_block_wrapper_attributes(), $pzsrv_said, $content ); // phpcs:ignore
