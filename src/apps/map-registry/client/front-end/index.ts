import './registry.css';
import { showLayerMap } from './layer/layer-map.ts';
import { showSearchPage } from './search/search-page.ts';

const { page, root = '', remote } = document.body.dataset;

if (page === 'search') showSearchPage(root, remote);
if (page === 'layer') showLayerMap();
