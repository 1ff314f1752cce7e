<?php
/**
 * Tells the server when an entry is published, changed, withdrawn or deleted: a hint, which it reads up on.
 *
 * @package PersonalizationServer
 */

namespace PersonalizationServer;

defined( 'ABSPATH' ) || exit;

/**
 * Watches the transitions of posts; nothing leaves while the editor waits.
 */
final class Post_Watch {

	const SLOTS = '_pzsrv_slots';

	/**
	 * Listen.
	 *
	 * @return void
	 */
	public static function listen() {
		add_action( 'wp_after_insert_post', array( __CLASS__, 'saved' ), 10, 4 );
		add_action( 'before_delete_post', array( __CLASS__, 'deleted' ), 10, 2 );
	}

	/**
	 * A post was saved with its terms and meta.
	 *
	 * @param int           $id     The post's id.
	 * @param \WP_Post      $post   The post.
	 * @param bool          $update Whether it was there before.
	 * @param \WP_Post|null $before The post as it was.
	 * @return void
	 */
	public static function saved( $id, $post, $update, $before ) {
		if ( wp_is_post_revision( $id ) || wp_is_post_autosave( $id ) ) {
			return;
		}
		self::index( $id, $post );
		$now = self::is_public( $post );
		if ( $now || ( $before && self::is_public( $before ) ) ) {
			self::tell( $now ? 'content.published' : 'content.unpublished', $post );
		}
	}

	/**
	 * A post is about to be deleted for good.
	 *
	 * @param int      $id   The post's id.
	 * @param \WP_Post $post The post.
	 * @return void
	 */
	public static function deleted( $id, $post ) {
		// What was trashed was told to be withdrawn already; that it is gone for good is news of its own.
		if ( 'auto-draft' !== $post->post_status && ! wp_is_post_revision( $id ) ) {
			self::tell( 'content.deleted', $post );
		}
	}

	/**
	 * Return whether everybody may read a post.
	 *
	 * @param \WP_Post $post The post.
	 * @return bool
	 */
	private static function is_public( $post ) {
		return 'publish' === $post->post_status && '' === $post->post_password;
	}

	/**
	 * Put a message into the outbox.
	 *
	 * @param string   $type What happened.
	 * @param \WP_Post $post The post.
	 * @return void
	 */
	private static function tell( $type, $post ) {
		$kind = get_post_type_object( $post->post_type );
		if ( ! $kind || ! $kind->show_in_rest || ! is_post_type_viewable( $kind ) ) {
			return;
		}
		$data = array(
			'id'     => (string) $post->ID,
			'kind'   => $kind->rest_base ? $kind->rest_base : $kind->name,
			'locale' => '',
		);
		Outbox::put( 'post_' . $post->ID, $type, (array) apply_filters( 'pzsrv_content', $data, $post ) );
	}

	/**
	 * Remember which slots a post holds, to find it when one of them changes.
	 *
	 * @param int      $id   The post's id.
	 * @param \WP_Post $post The post.
	 * @return void
	 */
	private static function index( $id, $post ) {
		$held   = get_post_meta( $id, self::SLOTS, false );
		$wanted = self::is_public( $post ) ? Slot_Index::of( $post->post_content ) : array();
		foreach ( array_diff( $held, $wanted ) as $slot ) {
			delete_post_meta( $id, self::SLOTS, wp_slash( $slot ) );
		}
		foreach ( array_diff( $wanted, $held ) as $slot ) {
			add_post_meta( $id, self::SLOTS, wp_slash( $slot ) );
		}
	}
}
