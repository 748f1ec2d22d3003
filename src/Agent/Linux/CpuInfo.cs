using System.Buffers.Text;
using System.Text;

namespace Orrery.Agent.Linux;

/// <summary>What /proc/cpuinfo says. ARM kernels name no model and no frequency; then they are empty and 0.</summary>
internal readonly record struct CpuInfo(string Model, int Cores, double Megahertz)
{
    public static CpuInfo Parse(ReadOnlySpan<byte> text)
    {
        string model = "";
        int cores = 0, clocks = 0;
        double megahertz = 0;
        var lines = new Fields(text);
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
                continue;
            ReadOnlySpan<byte> name = line[..colon].TrimEnd(" \t"u8), value = line[(colon + 1)..].Trim(" \t"u8);
            if (name.SequenceEqual("processor"u8))
                cores++;
            else if (model.Length == 0 && (name.SequenceEqual("model name"u8) || name.SequenceEqual("Model"u8) || name.SequenceEqual("cpu model"u8)))
                model = Encoding.UTF8.GetString(value);
            else if (name.SequenceEqual("cpu MHz"u8) && Utf8Parser.TryParse(value, out double clock, out _))
            {
                megahertz += clock;
                clocks++;
            }
        }
        return new CpuInfo(model, cores, clocks == 0 ? 0 : megahertz / clocks);
    }
}
