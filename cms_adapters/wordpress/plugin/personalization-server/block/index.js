/**
 * The block in the editor: choose the slot, write the fallback. No build: it uses what WordPress has.
 */
( function ( wp ) {
	const { createElement: el, Fragment, useEffect, useState } = wp.element;
	const { __, sprintf } = wp.i18n;
	const { InnerBlocks, InspectorControls, useBlockProps } = wp.blockEditor;
	const { Notice, PanelBody, SelectControl, TextControl, ToggleControl } = wp.components;
	const DOMAIN = 'personalization-server';
	let asked = null;

	/* The list is asked for once, whatever the number of blocks; a failure may be tried again. */
	function slots() {
		asked = asked || wp.apiFetch( { path: '/pzsrv/v1/slots' } );
		asked.catch( () => { asked = null; } );
		return asked;
	}

	function Chooser( { slot, setAttributes } ) {
		const [ known, setKnown ] = useState( null );
		const [ fault, setFault ] = useState( '' );
		useEffect( () => {
			let here = true;
			slots().then( ( found ) => here && setKnown( found ), ( error ) => here && setFault( error.message || String( error ) ) );
			return () => { here = false; };
		}, [] );
		const label = __( 'Slot', 'personalization-server' );
		const choose = ( chosen ) => setAttributes( { slot: chosen } );
		if ( ! known ) {
			return el( Fragment, null,
				fault && el( Notice, { status: 'warning', isDismissible: false }, fault ),
				el( TextControl, { label, value: slot, onChange: choose, __nextHasNoMarginBottom: true } ) );
		}
		const options = known.map( ( one ) => ( { value: one.key, label: one.name } ) );
		if ( slot && ! known.some( ( one ) => one.key === slot ) ) {
			/* translators: %s: key of a slot */
			options.unshift( { value: slot, label: sprintf( __( '%s (not on the server)', 'personalization-server' ), slot ) } );
		}
		options.unshift( { value: '', label: __( 'Choose a slot', 'personalization-server' ) } );
		return el( SelectControl, { label, value: slot, options, onChange: choose, __nextHasNoMarginBottom: true } );
	}

	function edit( { attributes, setAttributes } ) {
		const { slot, pending } = attributes;
		const name = slot || __( 'no slot chosen: everybody sees this', 'personalization-server' );
		return el( Fragment, null,
			el( InspectorControls, null,
				el( PanelBody, { title: __( 'Personalization', 'personalization-server' ) },
					el( Chooser, { slot, setAttributes } ),
					el( ToggleControl, {
						label: __( 'Wait for the decision', 'personalization-server' ),
						help: __( 'Hides the fallback until the server decided, for two seconds at most.', 'personalization-server' ),
						checked: pending,
						onChange: ( yes ) => setAttributes( { pending: yes } ),
						__nextHasNoMarginBottom: true,
					} ) ) ),
			el( 'div', useBlockProps( { className: 'pzsrv-slot' } ),
				el( 'span', { className: 'pzsrv-slot__name' }, __( 'Personalized slot', 'personalization-server' ) + ': ' + name ),
				el( InnerBlocks, {
					template: [ [ 'core/paragraph', { placeholder: __( 'What everybody may see', 'personalization-server' ) } ] ],
					templateLock: false,
				} ) ) );
	}

	wp.blocks.registerBlockType( DOMAIN + '/slot', {
		edit,
		save: () => el( InnerBlocks.Content ),
	} );
}( window.wp ) );
