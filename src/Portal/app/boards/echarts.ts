// What boards are drawn with, on top of what results of SQL need.
import { EffectScatterChart, FunnelChart, GaugeChart, ScatterChart } from 'echarts/charts';
import { TitleComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';

use([GaugeChart, FunnelChart, ScatterChart, EffectScatterChart, TitleComponent, LabelLayout]);

export { init, type EChartsType } from '@/sql/echarts';
