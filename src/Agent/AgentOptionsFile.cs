using System.Text.Json;
using Orrery.Agent.Configuration;
using Orrery.Agent.Jobs;
using Orrery.Agent.Logs;
using Orrery.Agent.Operations;

namespace Orrery.Agent;

/// <summary>Reads the agent's options from a JSON file; what the file does not name keeps its value. Comments and trailing commas are allowed.</summary>
public static class AgentOptionsFile
{
    const int BytesMax = 1 << 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The file's shape: <c>{"server","key","name","intervalSeconds","buffer","bufferBytesMax","watch":[],"databases":[{"name","engine","connectionString"}],...}</c>.</summary>
    /// <exception cref="ArgumentException">It is not there, too large, or not of that shape; the message does not repeat its content.</exception>
    public static AgentOptions Read(string path, AgentOptions defaults)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
                throw new ArgumentException($"The agent's configuration '{path}' is larger than {BytesMax} bytes.");
            Shape shape = JsonSerializer.Deserialize<Shape>(File.ReadAllText(path), Json) ?? new Shape();
            return defaults with
            {
                Server = shape.Server ?? defaults.Server,
                Key = shape.Key ?? defaults.Key,
                Name = shape.Name ?? defaults.Name,
                Interval = Seconds(shape.IntervalSeconds, defaults.Interval),
                ProcessInterval = Seconds(shape.ProcessIntervalSeconds, defaults.ProcessInterval),
                ProcessTableInterval = Seconds(shape.ProcessTableIntervalSeconds, defaults.ProcessTableInterval),
                DeviceInterval = Seconds(shape.DeviceIntervalSeconds, defaults.DeviceInterval),
                DatabaseInterval = Seconds(shape.DatabaseIntervalSeconds, defaults.DatabaseInterval),
                DatabaseReportInterval = Seconds(shape.DatabaseReportIntervalSeconds, defaults.DatabaseReportInterval),
                DatabaseTimeout = Seconds(shape.DatabaseTimeoutSeconds, defaults.DatabaseTimeout),
                BufferDirectory = shape.Buffer ?? defaults.BufferDirectory,
                BufferBytesMax = shape.BufferBytesMax ?? defaults.BufferBytesMax,
                Watch = shape.Watch ?? defaults.Watch,
                Databases = shape.Databases ?? defaults.Databases,
                Logs = shape.Logs ?? defaults.Logs,
                Jobs = shape.Jobs ?? defaults.Jobs,
                Configuration = shape.Configuration ?? defaults.Configuration,
                Operations = shape.Operations ?? defaults.Operations,
                TopProcesses = shape.TopProcesses ?? defaults.TopProcesses,
            };
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The agent's configuration '{path}' cannot be read: line {error.LineNumber + 1}, at {error.Path}. The agent's guide shows its shape.");
        }
        catch (IOException error)
        {
            throw new ArgumentException($"The agent's configuration '{path}' cannot be read: {error.Message}");
        }
    }

    static TimeSpan Seconds(double? seconds, TimeSpan otherwise) => seconds is { } value ? TimeSpan.FromSeconds(value) : otherwise;

    sealed record Shape
    {
        public Uri? Server { get; init; }
        public string? Key { get; init; }
        public string? Name { get; init; }
        public double? IntervalSeconds { get; init; }
        public double? ProcessIntervalSeconds { get; init; }
        public double? ProcessTableIntervalSeconds { get; init; }
        public double? DeviceIntervalSeconds { get; init; }
        public double? DatabaseIntervalSeconds { get; init; }
        public double? DatabaseReportIntervalSeconds { get; init; }
        public double? DatabaseTimeoutSeconds { get; init; }
        public string? Buffer { get; init; }
        public long? BufferBytesMax { get; init; }
        public IReadOnlyList<string>? Watch { get; init; }
        public IReadOnlyList<DatabaseTarget>? Databases { get; init; }
        public LogChannelOptions? Logs { get; init; }
        public AgentJobOptions? Jobs { get; init; }
        public AgentConfigurationOptions? Configuration { get; init; }
        public AgentOperationOptions? Operations { get; init; }
        public int? TopProcesses { get; init; }
    }
}
