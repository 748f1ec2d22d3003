import { ElMessage } from 'element-plus';
import 'element-plus/es/components/message/style/css';

export const toast = {
  done: (message: string) => ElMessage({ message, type: 'success', duration: 3_500, grouping: true }),
  failed: (message: string) => ElMessage({ message, type: 'error', duration: 8_000, showClose: true, grouping: true }),
};
