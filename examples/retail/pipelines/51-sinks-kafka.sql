-- Wide rows and events into topics, the newest row of each key, as those downstream read them. Make the topics first. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE dwd_gqsh_order_gqsh_order_kafka (
    order_id BIGINT NOT NULL,
    order_no STRING,
    parent_order_no STRING,
    member_id BIGINT,
    channel STRING,
    order_type INT,
    order_status INT,
    is_deleted TINYINT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    freight_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    finish_time TIMESTAMP(0),
    cancel_time TIMESTAMP(0),
    cancel_reason STRING,
    source_channel STRING,
    delivery_type INT,
    receiver_province STRING,
    receiver_city STRING,
    utm_source STRING,
    store_code STRING,
    store_name STRING,
    store_type INT,
    region STRING,
    province STRING,
    city STRING,
    after_sales_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_apply_time TIMESTAMP(0),
    last_refund_time TIMESTAMP(0),
    perf_no STRING,
    perf_status INT,
    promised_time TIMESTAMP(0),
    perf_action STRING,
    perf_operator STRING,
    perf_time TIMESTAMP(0),
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_order_gqsh_order_kafka');
INSERT INTO dwd_gqsh_order_gqsh_order_kafka SELECT * FROM dwd_gqsh_order_gqsh_order;

CREATE TABLE dwd_gqsh_order_gqsh_order_item_kafka (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    line_no INT,
    order_no STRING,
    member_id BIGINT,
    channel STRING,
    order_type INT,
    order_status INT,
    is_deleted TINYINT,
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    sku_code STRING,
    sku_name STRING,
    spu_name STRING,
    brand STRING,
    category_id BIGINT,
    category_name STRING,
    cost_price DECIMAL(18, 4),
    quantity INT,
    sale_price DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    is_gift TINYINT,
    asked_quantity BIGINT,
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_order_gqsh_order_item_kafka');
INSERT INTO dwd_gqsh_order_gqsh_order_item_kafka SELECT * FROM dwd_gqsh_order_gqsh_order_item;

CREATE TABLE dwd_t_sal_order_kafka (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    final_version STRING,
    sale_org_id BIGINT,
    customer_id BIGINT,
    customer_name STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    line_no INT,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    tax_price DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    stock_out_quantity DECIMAL(23, 10),
    last_stock_id BIGINT,
    last_stock_name STRING,
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_sal_order_kafka');
INSERT INTO dwd_t_sal_order_kafka SELECT * FROM dwd_t_sal_order;

CREATE TABLE dwd_t_pur_mrb_kafka (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    supplier_id BIGINT,
    stock_org_id BIGINT,
    line_no INT,
    stock_id BIGINT,
    stock_name STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    return_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_pur_mrb_kafka');
INSERT INTO dwd_t_pur_mrb_kafka SELECT * FROM dwd_t_pur_mrb;

CREATE TABLE dwd_t_stk_inventory_kafka (
    inventory_id STRING NOT NULL,
    stock_org_id BIGINT,
    stock_id BIGINT,
    stock_name STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    owner_id BIGINT,
    store_code STRING,
    store_name STRING,
    stock_status_id BIGINT,
    base_quantity DECIMAL(23, 10),
    quantity DECIMAL(23, 10),
    stock_quantity DECIMAL(23, 10),
    update_time TIMESTAMP(0),
    PRIMARY KEY (inventory_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_stk_inventory_kafka');
INSERT INTO dwd_t_stk_inventory_kafka SELECT * FROM dwd_t_stk_inventory;

CREATE TABLE dwd_gqsh_pos_order_t_order_info_kafka (
    order_id BIGINT NOT NULL,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    till_no INT,
    cashier STRING,
    member_id BIGINT,
    pay_type INT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    order_status INT,
    order_time TIMESTAMP(0),
    refund_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_refund_time TIMESTAMP(0),
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_pos_order_t_order_info_kafka');
INSERT INTO dwd_gqsh_pos_order_t_order_info_kafka SELECT * FROM dwd_gqsh_pos_order_t_order_info;

CREATE TABLE dwd_gqsh_pos_order_t_order_item_kafka (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    member_id BIGINT,
    pay_type INT,
    order_status INT,
    order_time TIMESTAMP(0),
    sku_code STRING,
    sku_name STRING,
    spu_name STRING,
    brand STRING,
    category_name STRING,
    quantity INT,
    sale_price DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_pos_order_t_order_item_kafka');
INSERT INTO dwd_gqsh_pos_order_t_order_item_kafka SELECT * FROM dwd_gqsh_pos_order_t_order_item;

CREATE TABLE dwd_gqsh_activity_group_buy_detail_kafka (
    id BIGINT NOT NULL,
    group_id BIGINT,
    activity_id BIGINT,
    leader_member_id BIGINT,
    need_count INT,
    group_status INT,
    complete_time TIMESTAMP(0),
    member_id BIGINT,
    join_time TIMESTAMP(0),
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    pay_amount DECIMAL(18, 2),
    pay_time TIMESTAMP(0),
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_activity_group_buy_detail_kafka');
INSERT INTO dwd_gqsh_activity_group_buy_detail_kafka SELECT * FROM dwd_gqsh_activity_group_buy_detail;

CREATE TABLE flink_datasc_realtime_kafka (
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
) WITH ('connector' = 'topic', 'topic' = 'retail.flink_datasc_realtime_kafka');
INSERT INTO flink_datasc_realtime_kafka SELECT * FROM flink_datasc_realtime;

CREATE TABLE dwd_t_pur_poorder_kafka (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    supplier_id BIGINT,
    line_no INT,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_pur_poorder_kafka');
INSERT INTO dwd_t_pur_poorder_kafka SELECT * FROM dwd_t_pur_poorder;

CREATE TABLE dwd_t_prd_mo_kafka (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    state INT,
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_prd_mo_kafka');
INSERT INTO dwd_t_prd_mo_kafka SELECT * FROM dwd_t_prd_mo;

CREATE TABLE dwd_t_ar_receivable_kafka (
    bill_id BIGINT NOT NULL,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    customer_id BIGINT,
    customer_name STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    all_amount DECIMAL(23, 10),
    written_off DECIMAL(23, 10),
    open_amount DECIMAL(24, 10),
    PRIMARY KEY (bill_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_t_ar_receivable_kafka');
INSERT INTO dwd_t_ar_receivable_kafka SELECT * FROM dwd_t_ar_receivable;

CREATE TABLE dwd_gqsh_order_after_sales_kafka (
    after_sales_id BIGINT NOT NULL,
    after_sales_no STRING,
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    channel STRING,
    after_sales_type INT,
    after_sales_status INT,
    refund_amount DECIMAL(18, 2),
    reason STRING,
    apply_time TIMESTAMP(0),
    refund_time TIMESTAMP(0),
    PRIMARY KEY (after_sales_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.dwd_gqsh_order_after_sales_kafka');
INSERT INTO dwd_gqsh_order_after_sales_kafka SELECT * FROM dwd_gqsh_order_after_sales;
