<?php
/**
 * Tells caches of pages which pages hold a slot that changed.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Our pages are the same for everybody, and stay right without it: this is for sites that render variants themselves.
 */
final class Purge {

	const HOOK = 'pzsrv_purge_posts';
	const EACH = 200;

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( self::HOOK, array( __CLASS__, 'posts' ), 10, 2 );
	}

	/**
	 * Purge in the background.
	 *
	 * @param string[] $slots The slots that changed, or Generation_Guard::ALL.
	 * @return void
	 */
	public static function later( array $slots ) {
		wp_schedule_single_event( time(), self::HOOK, array( array_values( $slots ), 0 ) );
		if ( ! has_action( 'shutdown', 'spawn_cron' ) ) {
			add_action( 'shutdown', 'spawn_cron', 10, 0 );
		}
	}

	/**
	 * Purge some posts, and the others in the next run.
	 *
	 * @param string[] $slots The slots.
	 * @param int      $after Posts up to this id are done.
	 * @return void
	 */
	public static function posts( $slots, $after ) {
		$found = self::holding( (array) $slots, (int) $after );
		foreach ( $found as $post ) {
			self::post( $post );
		}
		if ( $found ) {
			/**
			 * Pages that hold a slot that changed.
			 *
			 * @param int[]    $found The posts.
			 * @param string[] $slots The slots, or '*' for all.
			 */
			do_action( 'pzsrv_purge', $found, $slots );
		}
		if ( count( $found ) === self::EACH ) {
			wp_schedule_single_event( time(), self::HOOK, array( $slots, end( $found ) ) );
		}
	}

	/**
	 * Return posts that hold one of the slots, by id.
	 *
	 * @param string[] $slots The slots.
	 * @param int      $after The id before the first.
	 * @return int[]
	 */
	private static function holding( array $slots, $after ) {
		global $wpdb;
		$every = in_array( Generation_Guard::ALL, $slots, true );
		$marks = implode( ', ', array_fill( 0, max( 1, count( $slots ) ), '%s' ) );
		$which = $every ? '' : " AND meta_value IN ($marks)";
		$sql   = "SELECT DISTINCT post_id FROM {$wpdb->postmeta} WHERE meta_key = %s AND post_id > %d$which ORDER BY post_id LIMIT %d";
		$given = array_merge( array( Post_Watch::SLOTS, $after ), $every ? array() : $slots, array( self::EACH ) );
		return array_map( 'intval', $wpdb->get_col( $wpdb->prepare( $sql, $given ) ) ); // phpcs:ignore
	}

	/**
	 * Tell whichever cache is here of one post.
	 *
	 * @param int $post The post.
	 * @return void
	 */
	private static function post( $post ) {
		clean_post_cache( $post );
		$caches = array( 'w3tc_flush_post', 'wp_cache_post_change', 'rocket_clean_post', 'wpfc_clear_post_cache_by_id' );
		foreach ( array_filter( $caches, 'function_exists' ) as $cache ) {
			$cache( $post );
		}
		do_action( 'litespeed_purge_post', $post );
		do_action( 'cache_enabler_clear_page_cache_by_post', $post );
		if ( function_exists( 'sg_cachepress_purge_cache' ) ) {
			sg_cachepress_purge_cache( get_permalink( $post ) );
		}
	}
}
