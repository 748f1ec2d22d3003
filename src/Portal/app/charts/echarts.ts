// Only the parts of ECharts that the portal draws with.
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, MarkLineComponent, MarkAreaComponent, CanvasRenderer]);

export { init };
export type { EChartsType } from 'echarts/core';
