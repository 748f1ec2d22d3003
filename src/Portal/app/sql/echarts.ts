// What results are drawn with, on top of what charts over time need.
import { BarChart, PieChart } from 'echarts/charts';
import { LegendComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';

use([BarChart, PieChart, LegendComponent, TooltipComponent]);

export { init, type EChartsType } from '@/charts/echarts';
