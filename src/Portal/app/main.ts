import '@fontsource-variable/inter/wght.css';
import 'element-plus/theme-chalk/base.css';
import './theme/tokens.css';
import './theme/element.css';
import './theme/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { setUnauthorizedListener } from './api/client';
import App from './App.vue';
import { i18n, startLanguage } from './language';
import { router } from './router';
import { useSession } from './session/store';
import { useTheme } from './theme/store';

const app = createApp(App).use(createPinia()).use(i18n);
useTheme();
const session = useSession();
setUnauthorizedListener(() => {
  session.forget();
  const here = router.currentRoute.value;
  if (here.name !== 'sign-in') void router.replace({ name: 'sign-in', query: { next: here.fullPath } });
});
await startLanguage();
app.use(router).mount('#app');
