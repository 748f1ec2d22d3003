import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vitest/config';

const server = process.env.ORRERY_URL ?? 'http://127.0.0.1:7400';

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus' components are imported where a template names them; our own are always imported by hand.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver()] }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./app', import.meta.url)) } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router|pinia|vue-i18n|@intlify)[\\/]/ },
            { name: 'editor', test: /node_modules[\\/](@codemirror|@lezer|@marijn|style-mod|w3c-keyname|crelt)[\\/]/ },
            // What only results of SQL are drawn with stays with their page.
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/](?!lib[\\/](chart[\\/](bar|pie|gauge|funnel|scatter|effectScatter)|component[\\/](legend|tooltip|title)|label[\\/]installLabelLayout)[\\/])/ },
          ],
        },
      },
    },
  },
  server: { port: 5174, proxy: { '/api': { target: server }, '/openapi': { target: server } } },
  preview: { proxy: { '/api': { target: server } } },
  test: {
    environment: 'happy-dom',
    include: ['app/**/*.test.ts'],
    restoreMocks: true,
    server: { deps: { inline: ['element-plus'] } },
  },
});
