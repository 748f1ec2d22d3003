-- Events to Sensors Analytics, by its track API. Put the address of yours here, with the project and its token. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE sensors_flink_datasc_realtime (
    event STRING NOT NULL,
    track_key BIGINT NOT NULL,
    distinct_id BIGINT,
    event_time TIMESTAMP(0),
    order_no STRING,
    store_code STRING,
    channel STRING,
    subject STRING,
    quantity BIGINT,
    amount DECIMAL(18, 2),
    coupon_amount DECIMAL(38, 2),
    PRIMARY KEY (event, track_key) NOT ENFORCED
) WITH ('connector' = 'sensors', 'url' = 'http://127.0.0.1:8106/sa?project=retail', 'time-zone' = 'Asia/Shanghai');
INSERT INTO sensors_flink_datasc_realtime SELECT * FROM flink_datasc_realtime WHERE distinct_id IS NOT NULL AND event_time IS NOT NULL;
