namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>Words that praise and blame, in Chinese and English, written for this project: general ones, those of software, of shops and of service. No word was taken from data.</summary>
static class SentimentWords
{
    const string Praise2 = """
        非常好 太棒 很棒 真棒 超棒 完美 优秀 出色 卓越 惊喜 强烈推荐 值得推荐 推荐 喜欢 喜爱 最爱 爱吃 好吃 美味 好喝 好用 好评 满意 赞 棒 极好 一流 绝了 精美 精致 好玩 太好了 回头客 超赞 必点 必吃 好极了 无可挑剔 物超所值 良心 惊艳
        excellent awesome amazing perfect great fantastic wonderful outstanding superb brilliant love loved loves best delightful impressive flawless terrific delicious recommend recommended
        """;

    const string Praise1 = """
        好 不错 方便 便捷 快捷 快速 迅速 及时 流畅 稳定 清晰 清楚 简单 易用 实用 实惠 便宜 划算 超值 合理 干净 整洁 卫生 舒服 舒适 温馨 热情 周到 贴心 耐心 细心 礼貌 亲切 友好 友善 专业 高效 可靠 强大 智能 省心 省时 省事 省力 新鲜 入味 鲜美 香 嫩 爽口 可口
        丰富 丰盛 齐全 漂亮 美观 好看 优美 美 开心 高兴 愉快 愉悦 快乐 感谢 谢谢 感动 支持 期待 放心 顺利 顺畅 顺手 灵活 准确 精准 到位 给力 解决 有用 有帮助 提升 改善 进步 地道 正宗 特色 足 实在 良好 下次还来 还会来 再来 还来 会再来 性价比高 态度好 服务好 味道好 口味好 环境好 不贵 不差 没话说
        good nice easy fast quick quickly smooth stable clear simple useful helpful handy convenient reliable friendly polite patient professional efficient powerful clean comfortable cheap affordable reasonable fresh tasty
        happy pleased satisfied enjoy enjoyed thanks thank like liked intuitive responsive accurate flexible solid improved improvement works worked fine beautiful pretty cool fun neat glad valuable worth
        """;

    const string Blame1 = """
        慢 卡 卡顿 麻烦 复杂 繁琐 难用 不便 不方便 不好 不行 一般 一般般 普通 平平 失望 遗憾 可惜 贵 偏贵 太贵 小贵 不值 不划算 脏 乱 吵 吵闹 嘈杂 拥挤 挤 冷淡 冷漠 敷衍 怠慢 不耐烦 难吃 不好吃 腻 油腻 太咸 偏咸 太甜 太油 太辣 太淡 太硬 老 腥 凉了 不新鲜 不热 没味道 没有味道 没味 少 量少 太少 单调 问题 错误 报错 故障 异常 失败
        闪退 崩溃 死机 丢失 漏洞 延迟 超时 不稳定 不准 不准确 不清楚 不清晰 看不懂 找不到 打不开 进不去 用不了 不支持 不能 无法 没法 等了 等很久 等太久 久等 难 难看 难受 讨厌 烦 无聊 缺点 不足 不满 不满意 不喜欢 不推荐 不会再来 不会来 不想 后悔 投诉 退款 退货 浪费 勉强 凑合 将就 还行 马虎 粗糙 简陋 破旧 陈旧 过时 落后 不如 没有想象 不合理 不专业 不灵活 差点 差劲 偏差 有待 改进 希望能
        slow slowly laggy lag difficult hard complicated complex confusing confused cumbersome clunky annoying inconvenient expensive overpriced dirty noisy crowded rude cold problem problems issue issues error errors bug bugs buggy crash crashes crashed crashing fail fails failed failure
        broken unstable unreliable missing lost delay delays delayed timeout unable cannot cant bad poor poorly mediocre average disappointing disappointed dislike boring ugly outdated lacking lacks unclear inaccurate wrong waste unhappy unfortunately freeze freezes frozen hangs stuck wait waited waiting complaint refund worse
        """;

    const string Blame2 = """
        差 很差 太差 极差 差评 垃圾 糟糕 糟透 糟 恶心 恶劣 坑 太坑 坑人 坑爹 坑钱 骗 骗子 骗人 欺骗 欺诈 黑店 黑心 气愤 生气 愤怒 气死 无语 失望透顶 太失望 非常失望 很失望 再也不 不会再 绝对不 千万别 别来 别去 避雷 踩雷 拉肚子 变质 发霉 馊 臭 苍蝇 蟑螂 头发 虫子 崩了 数据丢失 无法忍受 忍无可忍 受不了 难以接受 态度差 服务差 味道差 环境差 最差 一星 不给 无良 宰客 没人理 没人管 爱理不理 不理人 倒闭
        terrible horrible awful worst hate hated useless garbage trash rubbish disgusting unacceptable pathetic nightmare unusable scam fraud furious angry never atrocious dreadful ridiculous
        """;

    /// <summary>Turn what follows into its opposite.</summary>
    public static readonly HashSet<string> Negations = Split("不 没 没有 无 未 别 并不 并非 不是 不算 不太 不够 不怎么 毫无 从不 not no never dont doesnt didnt isnt wasnt arent werent wont wouldnt couldnt hardly nothing without neither nor");

    /// <summary>Make what follows stronger.</summary>
    public static readonly HashSet<string> Boosts = Split("很 非常 特别 太 超 超级 十分 极其 极 最 真 真的 真心 相当 好好 挺 very really so extremely super too absolutely totally highly incredibly");

    /// <summary>Make what follows weaker.</summary>
    public static readonly HashSet<string> Dampers = Split("有点 有些 稍微 稍 略 略微 比较 还 还算 勉强 slightly somewhat fairly quite rather kinda bit");

    /// <summary>What follows is what is meant.</summary>
    public static readonly HashSet<string> Turns = Split("但 但是 不过 可是 然而 只是 就是 but however although though yet except");

    /// <summary>By word; blame is below zero.</summary>
    public static readonly Dictionary<string, double> Weights = Weigh();

    /// <summary>The longest Chinese one.</summary>
    public static readonly int HanLengthMax = Weights.Keys.Concat(Negations).Concat(Boosts).Concat(Dampers).Concat(Turns).Where(static word => TextRuns.IsHan(word[0])).Max(static word => word.Length);

    static Dictionary<string, double> Weigh()
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string words, double weight) in new[] { (Praise1, 1.0), (Praise2, 2.0), (Blame1, -1.0), (Blame2, -2.0) })
            foreach (string word in Split(words))
                weights[word] = weight;
        return weights;
    }

    static HashSet<string> Split(string words) => [.. words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];
}
