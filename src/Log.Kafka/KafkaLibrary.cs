using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Orrery.Log.Kafka;

/// <summary>
/// Finds the native library that Confluent.Kafka calls: the one that came with the package where there is one, else the system's (Debian's <c>librdkafka1</c>).
/// </summary>
static class KafkaLibrary
{
    static readonly Lock gate = new();
    static bool prepared;

    /// <exception cref="DllNotFoundException">Neither is there; the message says what to install.</exception>
    public static void Prepare()
    {
        lock (gate)
        {
            if (prepared) return;
            NativeLibrary.SetDllImportResolver(typeof(Error).Assembly, Resolve);
            if (!NativeLibrary.TryLoad("librdkafka", typeof(Error).Assembly, null, out _) && !NativeLibrary.TryLoad("librdkafka.so.1", out _))
            {
                throw new DllNotFoundException("Kafka's native client library is not here. On Debian: apt-get install librdkafka1; or build with -p:KafkaNativeLibrary=package where the registry has librdkafka.redist.");
            }

            prepared = true;
        }
    }

    static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        string? other = name switch
        {
            "librdkafka" => "librdkafka.so.1",
            "libdl" => "libdl.so.2",
            _ => null,
        };
        if (other is null) return 0;
        // Beside the program first: a package's library fits its managed side best.
        return NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, $"{name}.so"), out nint own) || NativeLibrary.TryLoad(other, out own) ? own : 0;
    }
}
